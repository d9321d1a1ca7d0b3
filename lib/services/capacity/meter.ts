import type { Clock } from '../../platform/clock.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { CapacitySource, Gauge } from './backend.ts';
import { capacityKey, roomAttribute } from './record.ts';
import type { ClaimedResource } from './service.ts';

/** The gauges that bound each claimed resource: a VPC takes an internet gateway too. */
const boundBy: Record<ClaimedResource, readonly string[]> = {
  vpcs: ['vpcs', 'internet_gateways'],
  load_balancers: ['load_balancers'],
};

const roomIn = ({ limit, used, ofTenants }: Gauge): number => Math.max(0, limit - (used - ofTenants));

/** What tenants may have of each claimed resource; one that was not measured is left out. */
const roomOf = (gauges: readonly Gauge[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(boundBy).flatMap(([resource, names]) => {
      const bounds = gauges.filter((gauge) => names.includes(gauge.resource)).map(roomIn);
      return bounds.length === names.length ? [[roomAttribute(resource), Math.min(...bounds)]] : [];
    }),
  );

export interface CapacityMeterOptions {
  source: CapacitySource;
  tables: Pick<Tables, 'write'>;
  clock: Clock;
  /** The name that the composition gives the account. */
  name: string;
}

export interface CapacityReading {
  account: string;
  gauges: Gauge[];
  /** Of the resource that is nearest to its limit; 0 without any. */
  highestPercent: number;
}

/** Measures one workload account and writes down what it has left. */
export const createCapacityMeter =
  ({ source, tables, clock, name }: CapacityMeterOptions) =>
  async (signal: AbortSignal): Promise<CapacityReading> => {
    const [account, gauges] = await Promise.all([source.account(signal), source.measure(signal)]);
    await tables.write(
      {
        update: capacityKey(name),
        set: {
          account,
          measured_at: new Date(clock.now()).toISOString(),
          gauges: gauges.map(({ resource, used, limit }) => ({ resource, used, limit })),
          ...roomOf(gauges),
        },
      },
      { signal },
    );
    const percents = gauges.map(({ used, limit }) => (limit > 0 ? (used * 100) / limit : 100));
    return { account, gauges, highestPercent: Math.max(0, ...percents) };
  };
