import { invalid } from '../../platform/errors/index.ts';
import { recorded } from '../../platform/http/caller.ts';
import { limitAttribute, usedAttribute } from '../../platform/store/counter.ts';
import type { Limits, Quotas, QuotaUse } from '../../platform/store/types.ts';
import { counterKey } from '../../platform/table/keys.ts';
import type { Item, Tables, Write } from '../../platform/table/types.ts';

/** The kind of resource whose counter holds each quota. */
const kindOf: Readonly<Record<string, string>> = {
  instances: 'INSTANCE',
  vcpus: 'INSTANCE',
  vpcs: 'VPC',
  subnets: 'SUBNET',
  security_groups: 'SECURITY_GROUP',
  volumes: 'VOLUME',
  volume_gib: 'VOLUME',
  snapshots: 'SNAPSHOT',
  snapshot_schedules: 'SNAPSHOT_SCHEDULE',
  load_balancers: 'LOAD_BALANCER',
  scaling_groups: 'SCALING_GROUP',
  batch_jobs: 'BATCH_JOB',
  gateway_routes: 'GATEWAY_ROUTE',
  objects: 'OBJECT',
  object_bytes: 'OBJECT',
  queues: 'QUEUE',
  topics: 'TOPIC',
  subscriptions: 'SUBSCRIPTION',
  secrets: 'SECRET',
  functions: 'FUNCTION',
  event_sources: 'EVENT_SOURCE',
  cron_jobs: 'CRON_JOB',
};

export interface QuotasOptions {
  tables: Tables;
  /** The default limit of each quota: those that the platform has. */
  limits: Limits;
}

const numberOf = (item: Item | undefined, attribute: string): number | undefined => {
  const value = item?.[attribute];
  return typeof value === 'number' ? value : undefined;
};

/** Quotas as the counters hold them: each limit is the tenant's own, or else the default. */
export const createQuotas = ({ tables, limits }: QuotasOptions): Quotas => {
  const names = Object.keys(limits).filter((name) => Object.hasOwn(kindOf, name));
  const kinds = [...new Set(names.map((name) => kindOf[name] as string))];

  const list = async (tenant: string, signal?: AbortSignal): Promise<QuotaUse[]> => {
    const counters = await tables.batchGet(
      kinds.map((kind) => counterKey(tenant, kind)),
      { consistent: true, signal },
    );
    return names.map((resource) => {
      const counter = counters.find(({ sk }) => sk === kindOf[resource]);
      return {
        resource,
        used: numberOf(counter, usedAttribute(resource)) ?? 0,
        limit: numberOf(counter, limitAttribute(resource)) ?? limits[resource] ?? 0,
      };
    });
  };

  return {
    list,

    async set(caller, tenant, wanted, answer) {
      for (const [name, limit] of Object.entries(wanted)) {
        if (!names.includes(name)) throw invalid(name, `not a quota; there are ${names.join(', ')}`);
        if (!Number.isSafeInteger(limit) || limit < 0) throw invalid(name, 'must be a whole number from 0');
      }
      const before = await list(tenant, caller.signal);
      const after = before.map((use) => ({ ...use, limit: wanted[use.resource] ?? use.limit }));
      const changes = kinds.flatMap((kind): Write[] => {
        const own = Object.entries(wanted).filter(([name]) => kindOf[name] === kind);
        const set = Object.fromEntries(own.map(([name, limit]) => [limitAttribute(name), limit]));
        return own.length > 0 ? [{ update: counterKey(tenant, kind), set }] : [];
      });
      const writes = [...recorded(caller, answer(after)), ...changes];
      if (writes.length > 0) await tables.transact(writes, { signal: caller.signal });
      return after;
    },
  };
};
