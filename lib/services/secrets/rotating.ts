import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import type { NewId } from '../../platform/ids.ts';
import { completed } from '../../platform/lifecycle/events.ts';
import type { Log } from '../../platform/lifecycle/log.ts';
import type { Called } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { SecretRecord } from './record.ts';
import { ofFailure, rotationAfter } from './rotation.ts';
import { byRotation, doneByRotation, RotationFailed } from './run-rotator.ts';
import type { SealedValue } from './sealed-value.ts';
import type { Envelope } from './service.ts';
import { addVersion, contextOf } from './versions.ts';

export interface RotatingOptions {
  store: Pick<ResourceStore<SecretRecord>, 'find' | 'settle'>;
  envelope: Pick<Envelope, 'seal'>;
  /** @throws RotationFailed where there is no new value */
  newValue(secret: SecretRecord, signal: AbortSignal): Promise<string>;
  clock: Clock;
  newId: NewId;
  log: Pick<Log, 'warn'>;
  random?: () => number;
}

const firstBackOffMilliseconds = 60_000;
const longestBackOffMilliseconds = 3_600_000;
/** A value that a function has given is dear: its key is asked for a few times. */
const sealingPausesMilliseconds = [200, 1_000];
/** A description that changes meanwhile takes nothing from a rotation. */
const maxWrites = 5;

/** Milliseconds until the next try: twice as long with each failure, half of it jitter. @param failed in a row, from 1 */
export const backOff = (failed: number, random: number): number => {
  const full = Math.min(longestBackOffMilliseconds, firstBackOffMilliseconds * 2 ** Math.min(failed - 1, 10));
  return Math.round(full / 2 + (random * full) / 2);
};

/** Whether a rotation that was begun is still wanted: the value that the function was told is the newest. */
const isStill = (begun: SecretRecord, now: SecretRecord): boolean =>
  now.current_version === begun.current_version && now.rotation_function_id === begun.rotation_function_id;

type Edit = Parameters<ResourceStore<SecretRecord>['settle']>[1];

/**
 * One rotation that is due: the function is asked, and its value becomes the newest version, with the time of the next
 * rotation, in one transaction. Whatever fails leaves the present value alone, and is tried again later. What dies before the
 * transaction begins anew, with the same value for the function; what dies after it is done.
 */
export const createRotate = ({
  store,
  envelope,
  newValue,
  clock,
  newId,
  log,
  random = Math.random,
}: RotatingOptions) => {
  const seal = async (begun: SecretRecord, value: string, signal: AbortSignal): Promise<SealedValue> => {
    for (const pause of sealingPausesMilliseconds) {
      try {
        return await envelope.seal(contextOf(begun, begun.current_version + 1), value, signal);
      } catch {
        // The last try says why.
        await sleep(pause, undefined, { signal });
      }
    }
    return envelope.seal(contextOf(begun, begun.current_version + 1), value, signal).catch(() => {
      throw new RotationFailed('its new value could not be sealed now');
    });
  };

  /** @returns undefined where somebody has given it another value or rotator meanwhile, or deleted it: it is looked at anew */
  const write = async (
    begun: SecretRecord,
    edit: (current: SecretRecord) => Edit,
    signal: AbortSignal,
  ): Promise<Called<SecretRecord> | undefined> => {
    let current = begun;
    for (let tries = 0; tries < maxWrites; tries++) {
      const record = await store.settle(current, edit(current), signal);
      if (record) return { record, waiting: true };
      const found = await store.find(begun.tenant, begun.id, { signal });
      if (!found || !isStill(begun, found)) return undefined;
      current = found;
    }
    return undefined;
  };

  const succeed = async (begun: SecretRecord, value: string, signal: AbortSignal) => {
    const sealed = await seal(begun, value, signal);
    const event = doneByRotation({ newId, clock }, begun, 'rotate', signal);
    const version = begun.current_version + 1;
    const facts = { version, created_by: byRotation, created_at: event.at };
    const edit = (current: SecretRecord): Edit => {
      const next = rotationAfter(clock.now(), current.rotation_days ?? 1);
      return {
        set: {
          current_version: version,
          last_rotated_at: event.at,
          next_rotation_at: next,
          next_attempt_at: next,
          event,
        },
        remove: ofFailure,
        extra: addVersion(current, facts, sealed),
      };
    };
    return write(begun, edit, signal);
  };

  const fail = (begun: SecretRecord, reason: string, signal: AbortSignal) => {
    const done = doneByRotation({ newId, clock }, begun, 'rotate', signal);
    const event = completed(done, 'failed', done.at, reason);
    const edit = (current: SecretRecord): Edit => {
      const failed = (current.rotation_failures ?? 0) + 1;
      const next = new Date(clock.now() + backOff(failed, random())).toISOString();
      return {
        set: {
          rotation_failures: failed,
          rotation_error: reason,
          next_rotation_at: next,
          next_attempt_at: next,
          // Told once: what fails each hour for the same reason is no news.
          ...(reason !== current.rotation_error && { event }),
        },
      };
    };
    return write(begun, edit, signal);
  };

  return async (begun: SecretRecord, signal: AbortSignal): Promise<Called<SecretRecord> | undefined> => {
    try {
      return await succeed(begun, await newValue(begun, signal), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof RotationFailed) return fail(begun, error.message, signal);
      // By its name alone: what it says may hold what it was made of.
      const { name } = error as Error;
      log.warn('a secret could not be rotated', { tenant: begun.tenant, secret: begun.id, error: name });
      return fail(begun, 'an internal error', signal);
    }
  };
};
