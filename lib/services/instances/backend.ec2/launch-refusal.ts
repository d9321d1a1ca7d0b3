import { codeOf } from '../../../platform/aws/ec2/failures.ts';
import type { LaunchOutcome } from '../backend.ts';

/** There is no room in this zone; in another there may be. */
const zoneIsFull = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientFreeAddressesInSubnet',
  // The address that was named is still held by a machine which is going.
  'InvalidIPAddress.InUse',
  'Unsupported',
]);

/** What the launch was to use is gone: its group, or its token together with the machine that had it. */
const parametersAreSpent = new Set(['IdempotentInstanceTerminated', 'InvalidGroup.NotFound']);

/** A launch that a fresh attempt may bring about, or `undefined` for any other failure. */
export const refusalOf = (error: unknown): Extract<LaunchOutcome, { outcome: 'refused' }> | undefined => {
  const code = codeOf(error);
  if (!zoneIsFull.has(code) && !parametersAreSpent.has(code)) return undefined;
  const reason = `EC2 refused the launch (${code}): ${(error as Error).message}`;
  return { outcome: 'refused', zoneIsFull: zoneIsFull.has(code), reason };
};
