import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';

/** Items of a list without paging; then there is a cursor. */
export const fullListLimit = 1_000;

/** The description of a page, as it goes into `X-Pagination`. */
export const pageOf = (
  { pageSize, sortBy, sortDir }: ListRequest,
  page: number,
  total: number,
): NonNullable<Listed<unknown>['page']> => ({
  page,
  pageSize,
  total,
  totalPages: Math.ceil(total / pageSize),
  sortBy,
  sortDir,
});
