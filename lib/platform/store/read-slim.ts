import { partitionOf } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { Condition, Tables } from '../table/types.ts';
import { isListed } from './list.ts';
import type { ListFilters, ResourceKind } from './types.ts';

/** What the slim replica says of a resource, without its record being read. */
export interface Slim {
  id: string;
  name: string;
  status: string;
}

/** The filters as one condition over the attributes of the slim replica. */
const conditionOf = <R extends Resource>(
  kind: ResourceKind<R>,
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

/**
 * Every resource of a kind that the filters let through, oldest first, as the slim replica shows it: a fifth of the table's
 * size, eventually consistent.
 */
export async function* readSlim<R extends Resource>(
  tables: Pick<Tables, 'query'>,
  kind: ResourceKind<R>,
  tenant: string,
  filters: ListFilters<R>,
  signal?: AbortSignal,
): AsyncGenerator<Slim> {
  const all = tables.query({
    index: 'slim',
    partition: partitionOf(tenant, kind.kind),
    filter: conditionOf(kind, filters),
    project: ['sk', 'name', 'status'],
    signal,
  });
  for await (const { sk, name, status } of all)
    yield { id: String(sk), name: String(name ?? ''), status: String(status ?? '') };
}
