import type { Issue } from '../errors/index.ts';
import type { ListOptions, ListRequest, SortDirection, SortField } from './list.ts';

const defaults = { pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' } as const;

const maxPageSize = 100;
/** A number beyond it is a mistake, or somebody measuring the cost of a miss. */
const maxPage = 1_000_000;
const maxSearchLength = 256;

const integer = /^[1-9]\d{0,6}$/;

/** Names of the paging parameters that every list route takes. */
export const pagingParameters = ['page', 'pageSize', 'sortBy', 'sortDir', 'cursor', 'q'] as const;

/** Reads the paging parameters of a list; each bad value is added to `issues`. Without any, the full list is meant. */
export const parseListRequest = (
  options: ListOptions,
  query: Record<string, string>,
  issues: Issue[],
): ListRequest => {
  const refuse = (path: string, message: string): undefined => {
    issues.push({ path, message });
    return undefined;
  };
  const number = (name: string, maximum: number): number | undefined => {
    const text = query[name];
    if (text === undefined) return undefined;
    const value = integer.test(text) ? Number(text) : Number.NaN;
    return value <= maximum ? value : refuse(name, `must be an integer from 1 to ${maximum}`);
  };
  const choice = <T extends string>(name: string, choices: readonly T[]): T | undefined => {
    const text = query[name];
    if (text === undefined) return undefined;
    return choices.find((value) => value === text) ?? refuse(name, `must be one of ${choices.join(', ')}`);
  };

  const { cursor, q } = query;
  const order = options.order ?? defaults;
  const page = number('page', maxPage);
  if (cursor !== undefined && query.page !== undefined)
    refuse('page', 'can not be given together with cursor');
  if (cursor === '') refuse('cursor', 'must not be empty');
  if (q !== undefined && q.length > maxSearchLength)
    refuse('q', `must have at most ${maxSearchLength} characters`);
  const paged = pagingParameters.some((name) => query[name] !== undefined);
  return {
    paged,
    page: paged && cursor === undefined ? (page ?? 1) : undefined,
    pageSize: number('pageSize', maxPageSize) ?? defaults.pageSize,
    sortBy: choice<SortField>('sortBy', options.sortBy) ?? order.sortBy,
    sortDir: choice<SortDirection>('sortDir', ['asc', 'desc']) ?? order.sortDir,
    ...(cursor !== undefined && { cursor }),
    ...(q !== undefined && q !== '' && { q }),
  };
};
