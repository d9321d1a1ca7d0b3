import type { Breakers } from '../../platform/breaker/breakers.ts';
import type { Clock } from '../../platform/clock.ts';
import type { NewId } from '../../platform/ids.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { SubscriptionRecord } from '../subscriptions/service.ts';
import { unpackBody } from '../topics/service.ts';
import { nextAttemptAt, tryingMilliseconds } from './back-off.ts';
import type { DeliveryQueue, Outcome, Targets } from './backend.ts';
import { endpointOf, noteHealth } from './health.ts';
import type { DeliveryLog, Logged } from './log.ts';
import type { DeliverMessage } from './message.ts';

export interface DelivererOptions {
  store: Pick<ResourceStore<SubscriptionRecord>, 'find' | 'settle'>;
  log: DeliveryLog;
  targets: Targets;
  /** One for each endpoint: `endpointCircuitKey`. */
  breakers: Pick<Breakers, 'passage' | 'failed' | 'succeeded'>;
  deliveries: DeliveryQueue;
  clock: Clock;
  newId: NewId;
  /** From 0 to 1; `Math.random` by default. */
  random?: () => number;
}

/** What became of a message, for the log line. */
export interface Delivered {
  outcome:
    | 'delivered'
    | 'retrying'
    | 'failed'
    | 'too early'
    | 'circuit open'
    | 'done before'
    | 'subscription gone';
  attempt: number;
  status_code?: number;
  error?: string;
  disabled?: true;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const maxDelaySeconds = 900;
/** A message that comes so much too early is tried all the same. */
const earlyMilliseconds = 1_000;
/** What waits for a circuit to close is spread over so long. */
const spreadMilliseconds = 30_000;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * Delivers one message to one subscription, again and again for a day. An attempt is first noted in the log, under the condition
 * that nobody else has made it, and only then is the next one sent for: whatever dies in between, the queue brings the same
 * message again, whose token tells whether the noted attempt was its own. So a delivery is never lost, and of two messages
 * that ask for the same attempt only one goes on.
 */
export const createDeliverer = (options: DelivererOptions) => {
  const { store, log, targets, breakers, deliveries, clock, newId, random = Math.random } = options;

  const sendLater = (message: DeliverMessage, notBefore: number, signal: AbortSignal): Promise<void> => {
    const seconds = Math.ceil((notBefore - clock.now()) / 1_000);
    const delaySeconds = Math.min(maxDelaySeconds, Math.max(0, seconds));
    const later = { ...message, token: newId(), not_before: iso(notBefore) };
    return deliveries.send([{ message: later, delaySeconds }], signal);
  };

  const attemptAgain = (message: DeliverMessage, at: string, signal: AbortSignal): Promise<void> =>
    sendLater({ ...message, attempt: message.attempt + 1 }, Date.parse(at), signal);

  /** The attempt was made before: what is left to do is what follows from it, if it was this message's. */
  const goOn = async (message: DeliverMessage, logged: Logged, signal: AbortSignal): Promise<void> => {
    const isOwn = logged.attempt_count === message.attempt && logged.token === message.token;
    if (isOwn && logged.next_attempt_at) await attemptAgain(message, logged.next_attempt_at, signal);
  };

  const report = (subscription: SubscriptionRecord, outcome: Outcome, signal: AbortSignal): Promise<void> => {
    const endpoint = endpointOf(subscription);
    return outcome.ok
      ? breakers.succeeded(endpoint, signal)
      : breakers.failed(endpoint, outcome.error.slice(0, 200), signal);
  };

  /** Until when the endpoint is left alone, in milliseconds. A queue of ours has no circuit. */
  const closedUntil = async (
    subscription: SubscriptionRecord,
    signal: AbortSignal,
  ): Promise<number | undefined> => {
    if (subscription.protocol === 'queue') return undefined;
    const passage = await breakers.passage(endpointOf(subscription), signal);
    return passage.may === 'none' ? passage.until : undefined;
  };

  /** Notes how the attempt ended, and sends for the next one where there is to be one. */
  const settle = async (
    message: DeliverMessage,
    text: string,
    subscription: SubscriptionRecord,
    { logged, outcome, startedAt }: { logged: Logged | undefined; outcome: Outcome; startedAt: number },
    signal: AbortSignal,
  ): Promise<Delivered> => {
    const now = clock.now();
    const { attempt } = message;
    const since = Date.parse(message.since);
    const next =
      outcome.ok || outcome.final
        ? undefined
        : nextAttemptAt(attempt, { since, now, random: random(), notBefore: outcome.retry_at });
    const status = outcome.ok ? 'DELIVERED' : next === undefined ? 'FAILED' : 'RETRYING';
    const { ok: _, ...said } = outcome;
    const error = outcome.ok ? undefined : outcome.error;
    const entry = {
      status,
      attempt: {
        number: attempt,
        at: iso(startedAt),
        duration_ms: Math.max(0, now - startedAt),
        status_code: said.status_code,
        error,
      },
      next_attempt_at: next === undefined ? undefined : iso(next),
    } as const;
    if (!(await log.note(message, text, logged, entry, signal))) return { outcome: 'done before', attempt };
    const gaveUpSince =
      status === 'FAILED' && !outcome.ok && !outcome.final
        ? (logged?.attempts[0]?.at ?? entry.attempt.at)
        : undefined;
    const ended = { outcome, at: entry.attempt.at, gaveUpSince };
    const health = await noteHealth(store, subscription, ended, signal);
    if (entry.next_attempt_at) await attemptAgain(message, entry.next_attempt_at, signal);
    return {
      outcome: outcome.ok ? 'delivered' : next === undefined ? 'failed' : 'retrying',
      attempt,
      status_code: said.status_code,
      error,
      ...(health === 'disabled' && { disabled: true as const }),
    };
  };

  /** @throws Error where the queue should bring the message again */
  return async (message: DeliverMessage, signal: AbortSignal): Promise<Delivered> => {
    const { tenant, attempt } = message;
    const [subscription, logged] = await Promise.all([
      store.find(tenant, message.subscription, { signal }),
      log.find(message, signal),
    ]);
    if (!subscription) return { outcome: 'subscription gone', attempt };
    if (logged && logged.attempt_count >= attempt) {
      await goOn(message, logged, signal);
      return { outcome: 'done before', attempt };
    }
    const text = unpackBody(message.body);
    const startedAt = clock.now();
    if (subscription.status === 'DISABLED') {
      const outcome = { ok: false, error: 'the subscription is disabled', final: 'message' } as const;
      return settle(message, text, subscription, { logged, outcome, startedAt }, signal);
    }
    const notBefore = message.not_before === undefined ? 0 : Date.parse(message.not_before);
    if (notBefore - startedAt > earlyMilliseconds) {
      await sendLater(message, notBefore, signal);
      return { outcome: 'too early', attempt };
    }
    const end = Date.parse(message.since) + tryingMilliseconds;
    // The last attempt of the day is made whatever the circuit says: it decides about the subscription.
    const until = startedAt < end ? await closedUntil(subscription, signal) : undefined;
    if (until !== undefined) {
      await sendLater(message, Math.min(until + Math.round(random() * spreadMilliseconds), end), signal);
      return { outcome: 'circuit open', attempt };
    }
    const { delivery, attributes } = message;
    const over = { subscription, delivery, body: text, attributes };
    const outcome = await targets[subscription.protocol].hand(over, signal);
    if (subscription.protocol === 'webhook') await report(subscription, outcome, signal);
    return settle(message, text, subscription, { logged, outcome, startedAt }, signal);
  };
};

export type Deliverer = ReturnType<typeof createDeliverer>;
