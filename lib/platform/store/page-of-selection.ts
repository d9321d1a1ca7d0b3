import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import { partitionOf, resourceKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { Condition, Item } from '../table/types.ts';
import type { StoreContext } from './context.ts';
import { cut } from './cut.ts';
import { isTombstone } from './find.ts';
import { isListed } from './list.ts';
import { matches } from './order.ts';
import { fromItem } from './record.ts';
import type { ListFilters } from './types.ts';

/** The filters as one condition over the attributes of the slim replica. */
const conditionOf = <R extends Resource>(
  { kind }: StoreContext<R>,
  { equals = {}, where }: ListFilters<R>,
): Condition | undefined => {
  const wanted = Object.entries<string | undefined>(equals).filter(([, value]) => value !== undefined);
  const parts: Condition[] = [
    ...(kind.reconciled ? [isListed] : []),
    ...wanted.map(([name, value], index) => ({
      expression: `#equals${index} = :equals${index}`,
      names: { [`#equals${index}`]: name },
      values: { [`:equals${index}`]: value },
    })),
    ...(where ? [{ ...where, expression: `(${where.expression})` }] : []),
  ];
  if (parts.length === 0) return undefined;
  return {
    expression: parts.map(({ expression }) => expression).join(' AND '),
    names: Object.assign({}, ...parts.map(({ names }) => names)),
    values: Object.assign({}, ...parts.map(({ values }) => values)),
  };
};

interface Slim {
  id: string;
  name: string;
  status: string;
}

const slimOf = ({ sk, name, status }: Item): Slim => ({
  id: String(sk),
  name: String(name ?? ''),
  status: String(status ?? ''),
});

/**
 * A page of what filters select, or of all in another order. The slim replica is read whole, which is a fifth of the
 * table's size, so `total` is exact as it was read; of the records only those of the page.
 */
export const createPageOfSelection =
  <R extends Resource>(context: StoreContext<R>) =>
  async (
    tenant: string,
    request: ListRequest,
    filters: ListFilters<R>,
    signal?: AbortSignal,
  ): Promise<Listed<R[]>> => {
    const { kind, tables } = context;
    const selected: Slim[] = [];
    const all = tables.query({
      index: 'slim',
      partition: partitionOf(tenant, kind.kind),
      filter: conditionOf(context, filters),
      project: ['sk', 'name', 'status'],
      signal,
    });
    for await (const item of all) {
      const slim = slimOf(item);
      if (matches(slim, request.q)) selected.push(slim);
    }
    const { items: chosen, ...page } = cut(selected, request);
    const found = await tables.batchGet(
      chosen.map(({ id }) => resourceKey(tenant, kind.kind, id)),
      { signal },
    );
    const byId = new Map(found.map((item) => [String(item.sk), item]));
    const items = chosen.flatMap(({ id }) => {
      const item = byId.get(id);
      const resource = item && fromItem(kind, item);
      return resource && !isTombstone(kind, resource) ? [resource] : [];
    });
    return { ...page, items };
  };
