import { type EgressPolicy, egressPolicy } from '../platform/egress/policy.ts';
import { config } from './config.ts';

/**
 * Where this function may send requests in a tenant's name: the public internet and what the operator opened; on a laptop
 * also this machine, where `CLOUD_ALLOW_LOOPBACK_TARGETS=1` says so. No template sets that variable.
 * @throws Error where the environment is not complete
 */
export const targetPolicy = (): EgressPolicy => {
  const { EGRESS_ALLOWED_RANGES: ranges, CLOUD_ALLOW_LOOPBACK_TARGETS: loopback } = config(
    'EGRESS_ALLOWED_RANGES',
    'CLOUD_ALLOW_LOOPBACK_TARGETS',
  );
  return egressPolicy({ ranges, allowLoopback: loopback === '1' });
};
