import { derivedId } from '../../platform/derived-id.ts';
import type { Change } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Key } from '../../platform/table/types.ts';
import type { SubscriptionRecord } from '../subscriptions/service.ts';
import { tryingMilliseconds } from './back-off.ts';
import type { Outcome } from './backend.ts';

/** In the ephemeral table: the circuit breaker of one endpoint. */
export const endpointCircuitKey = (endpoint: string): Key => ({
  table: 'ephemeral',
  pk: `CIRCUIT#${endpoint}`,
  sk: 'ENDPOINT',
});

/** Names an endpoint's circuit. */
export const endpointOf = ({ tenant, id }: Pick<SubscriptionRecord, 'tenant' | 'id'>): string =>
  `${tenant}#${id}`;

export interface Ended {
  outcome: Outcome;
  /** RFC 3339. */
  at: string;
  /** Present where the delivery is given up after its day: when its first attempt was, RFC 3339. */
  gaveUpSince?: string;
}

/** Why a subscription takes no more messages, if so it is. */
const disabling = (
  { failing_since }: SubscriptionRecord,
  { outcome, at, gaveUpSince }: Ended,
): string | undefined => {
  if (outcome.ok) return undefined;
  if (outcome.final === 'subscription') return outcome.error;
  if (failing_since === undefined) return undefined;
  const isDay = Date.parse(at) - Date.parse(failing_since) >= tryingMilliseconds;
  const nothingElseArrived = gaveUpSince !== undefined && failing_since <= gaveUpSince;
  return isDay || nothingElseArrived ? `every delivery has failed for a day: ${outcome.error}` : undefined;
};

/** What an attempt changes of the subscription, if anything. */
const changeOf = (subscription: SubscriptionRecord, ended: Ended): Change<SubscriptionRecord> | undefined => {
  const { id, version, failing_since } = subscription;
  const { outcome, at } = ended;
  if (outcome.ok) return failing_since === undefined ? undefined : { remove: ['failing_since'] };
  // A text that a queue refuses, or a subscription that takes none, says nothing of the endpoint.
  if (outcome.final === 'message' || subscription.status === 'DISABLED') return undefined;
  const disabled_reason = disabling(subscription, ended);
  if (disabled_reason === undefined)
    return failing_since === undefined ? { set: { failing_since: at } } : undefined;
  const own = derivedId(Date.parse(at), `${id}:${version}:disabled`);
  return {
    set: {
      status: 'DISABLED',
      disabled_reason,
      failing_since: failing_since ?? at,
      event: { id: own, action_id: own, action: 'disable', phase: 'observed', at, error: disabled_reason },
    },
  };
};

/** Others may write the record at the same time: its reconciler, its owner, other deliveries. */
const maxTries = 5;

/**
 * Writes into the subscription what its owner should see of an attempt: since when it fails, and that it was disabled. Only a
 * change is written. Where it does not come through, the next attempt or message tells the same.
 */
export const noteHealth = async (
  store: Pick<ResourceStore<SubscriptionRecord>, 'find' | 'settle'>,
  seen: SubscriptionRecord,
  ended: Ended,
  signal: AbortSignal,
): Promise<'disabled' | undefined> => {
  let subscription: SubscriptionRecord | undefined = seen;
  for (let tries = 1; subscription && tries <= maxTries; tries++) {
    const change = changeOf(subscription, ended);
    if (!change) return undefined;
    const after = await store.settle(subscription, change, signal);
    if (after) return after.status === 'DISABLED' ? 'disabled' : undefined;
    subscription = await store.find(seen.tenant, seen.id, { signal });
  }
  return undefined;
};
