import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import { cut } from './cut.ts';
import { matches, type Sortable } from './order.ts';

/**
 * The asked-for page of a list that is small, and read whole without a store.
 * @throws CloudError `INVALID_INPUT` for a cursor that no page of this order gave
 */
export const pageInMemory = <T extends Sortable>(all: readonly T[], request: ListRequest): Listed<T[]> =>
  cut(
    all.filter((item) => matches(item, request.q)),
    request,
  );
