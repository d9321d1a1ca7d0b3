import { derivedId } from '../../platform/derived-id.ts';
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

/**
 * Writes into the subscription what its owner should see of an attempt: since when it fails, and that it was disabled. Only a
 * change is written, and where somebody else writes at the same time the next attempt tells the same.
 */
export const noteHealth = async (
  store: Pick<ResourceStore<SubscriptionRecord>, 'settle'>,
  subscription: SubscriptionRecord,
  ended: Ended,
  signal: AbortSignal,
): Promise<'disabled' | undefined> => {
  const { id, version, failing_since } = subscription;
  const { outcome, at } = ended;
  // A text that a queue refuses, or a subscription that takes none, says nothing of the endpoint.
  if (!outcome.ok && outcome.final === 'message') return undefined;
  if (outcome.ok) {
    if (failing_since !== undefined) await store.settle(subscription, { remove: ['failing_since'] }, signal);
    return undefined;
  }
  const disabled_reason = disabling(subscription, ended);
  if (disabled_reason === undefined) {
    if (failing_since === undefined) await store.settle(subscription, { set: { failing_since: at } }, signal);
    return undefined;
  }
  const own = derivedId(Date.parse(at), `${id}:${version}:disabled`);
  await store.settle(
    subscription,
    {
      set: {
        status: 'DISABLED',
        disabled_reason,
        failing_since: failing_since ?? at,
        event: { id: own, action_id: own, action: 'disable', phase: 'observed', at, error: disabled_reason },
      },
    },
    signal,
  );
  return 'disabled';
};
