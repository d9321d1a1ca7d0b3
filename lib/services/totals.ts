import type { StreamTotal } from '../platform/totals/stream-total.ts';
import type { Total } from '../platform/totals/total.ts';
import { authAttempts } from './auth/attempts.ts';
import { apiKeyTotals } from './auth/totals.ts';
import { evaluations, scalingGroupTotals } from './autoscaling/totals.ts';
import { instanceTotals } from './instances/totals.ts';
import { loadBalancerTotals } from './load-balancers/totals.ts';
import { queueTotals } from './queues/totals.ts';
import { securityGroupTotals } from './security-groups/totals.ts';
import { snapshotTotals } from './snapshots/totals.ts';
import { subnetTotals } from './subnets/totals.ts';
import { volumeTotals } from './volumes/totals.ts';
import { vpcTotals } from './vpcs/totals.ts';

/** The totals that the table's stream is counted into. A new kind adds its own here, and nowhere else. */
export const streamTotals: readonly StreamTotal[] = [
  ...instanceTotals,
  ...volumeTotals,
  ...snapshotTotals,
  ...vpcTotals,
  ...subnetTotals,
  ...securityGroupTotals,
  ...loadBalancerTotals,
  ...queueTotals,
  ...apiKeyTotals,
  ...scalingGroupTotals,
];

/** All totals of `/metrics`, in its order. */
export const totals: readonly Total[] = [...streamTotals, authAttempts, evaluations];
