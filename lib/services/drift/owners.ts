import { platformTenant } from '../../platform/auth/records.ts';
import { counterKey, partitionOf, resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { ownersOfMachines } from '../instances/service.ts';
import type { CloudThing, OwnerKind } from './backend.ts';
import { type RecordedItem, recordedAttributes, recordedItem } from './recorded.ts';

type Reader = Pick<Tables, 'batchGet' | 'query'>;

const idOf = (tenant: string, kind: string, id: string): string => `${tenant} ${kind} ${id}`;

/**
 * Things that were launched together, each with the record that it was given to. One of a batch that is at work may be
 * nobody's yet.
 */
export const withOwners = async (
  tables: Reader,
  things: readonly CloudThing[],
  signal: AbortSignal,
): Promise<CloudThing[]> => {
  const launched = things.flatMap(({ owner, together }) => (owner || !together ? [] : [together]));
  const owners = await ownersOfMachines(tables, launched, { consistent: true, signal });
  return things.map((thing): CloudThing => {
    const { owner, together } = thing;
    const given = owner || !together ? undefined : owners.get(together.machine);
    if (!given || !together) return thing;
    const { instance: id, isUnassigned } = given;
    if (id === undefined) return isUnassigned ? { ...thing, is_unassigned: true } : thing;
    return { ...thing, owner: { tenant: together.tenant, id, kinds: ['INSTANCE'] } };
  });
};

/** The records that a page of things names: one batch of reads. Strongly consistent, for it may say that there is none. */
export const recordsOfThings = async (tables: Reader, things: readonly CloudThing[], signal: AbortSignal) => {
  const keys = new Map(
    things.flatMap(({ owner }) =>
      (owner?.kinds ?? []).map((kind) => {
        const { tenant, id } = owner as NonNullable<typeof owner>;
        return [idOf(tenant, kind, id), resourceKey(tenant, kind, id)] as const;
      }),
    ),
  );
  const items = await tables.batchGet([...keys.values()], {
    consistent: true,
    project: recordedAttributes,
    signal,
  });
  const byKey = new Map(items.map((item) => [`${item.pk} ${item.sk}`, recordedItem(item)]));
  return ({ owner }: CloudThing): RecordedItem[] =>
    (owner?.kinds ?? []).flatMap((kind) => {
      const { tenant, id } = owner as NonNullable<typeof owner>;
      const { pk, sk } = resourceKey(tenant, kind, id);
      return byKey.get(`${pk} ${sk}`) ?? [];
    });
};

/** Tenants whose counters are read at once. */
const tenantsAtOnce = 500;

/** Every tenant that has something of a kind, by its counter: those that have nothing cost half a read unit each. */
async function* tenantsWith(tables: Reader, kind: OwnerKind, signal: AbortSignal): AsyncGenerator<string> {
  const counted = async (tenants: readonly string[]): Promise<string[]> => {
    const counters = await tables.batchGet(
      tenants.map((tenant) => counterKey(tenant, kind)),
      { project: ['pk', 'total'], signal },
    );
    return counters.filter(({ total }) => Number(total) > 0).map(({ pk }) => String(pk).split('#')[1] ?? '');
  };
  let tenants: string[] = [];
  const partition = partitionOf(platformTenant, 'USER');
  for await (const { sk } of tables.query({ partition, project: ['sk'], signal })) {
    tenants.push(String(sk));
    if (tenants.length < tenantsAtOnce) continue;
    yield* await counted(tenants);
    tenants = [];
  }
  yield* await counted(tenants);
}

/** Every record of a kind, tenant by tenant. */
export async function* recordsOf(
  tables: Reader,
  kind: OwnerKind,
  signal: AbortSignal,
): AsyncGenerator<RecordedItem> {
  for await (const tenant of tenantsWith(tables, kind, signal)) {
    const partition = partitionOf(tenant, kind);
    for await (const item of tables.query({
      partition,
      consistent: true,
      project: recordedAttributes,
      signal,
    })) {
      const record = recordedItem(item);
      if (record) yield record;
    }
  }
}
