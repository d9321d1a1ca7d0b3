import { Faults } from '../../ec2/engine/faults.ts';
import type { StandInContext } from '../../stand-in.ts';
import { DataPlane } from '../data-plane/data-plane.ts';
import { loopback } from '../data-plane/local-network.ts';
import type { Ec2View } from '../ec2-view.ts';
import type { Elbv2Options } from '../index.ts';
import { throttled } from '../rules/errors.ts';
import { type Collections, openCollections } from '../store/account-store.ts';
import { type AccountLimits, accountLimits } from './account-limits.ts';
import type { Settings } from './settings.ts';
import { Throttle } from './throttle.ts';

/** The whole stand-in: its tables, what can be turned, and what runs by itself. */
export interface Cloud {
  timers: StandInContext['timers'];
  database: StandInContext['database'];
  collections: Collections;
  limits: AccountLimits;
  settings: Settings;
  faults: Faults;
  throttle: Throttle;
  ec2: Ec2View;
  dataPlane: DataPlane;
}

export const openCloud = ({ timers, database, limits }: StandInContext, options: Elbv2Options): Cloud => {
  const collections = openCollections(database);
  const { ec2 } = options;
  const settings: Settings = {
    provisioningMilliseconds: options.provisioningMilliseconds ?? 200,
    probeMilliseconds: options.probeMilliseconds ?? 1_000,
  };
  const network = options.network ?? loopback;
  const report = options.report ?? ((problem: string) => process.emitWarning(problem));
  return {
    timers,
    database,
    collections,
    settings,
    ec2,
    limits: { ...accountLimits[limits], ...options.accountLimits },
    faults: new Faults(timers, throttled),
    throttle: new Throttle(timers, limits === 'default'),
    dataPlane: new DataPlane({ timers, collections, settings, ec2, network, report }),
  };
};
