import type { Reconciled } from '../table/resource.ts';
import { creationWindowMilliseconds } from './creation.ts';
import type { Step } from './types.ts';

/** What a record says of when its parts were made. */
export interface Made {
  /** When the latest of them was made, RFC 3339. */
  made_at?: string;
}

/** Part of what is written when a part was made. @param now milliseconds */
export const madeNow = (now: number): Required<Made> => ({ made_at: new Date(now).toISOString() });

/** Whether the cloud must show by now what the record says was made: where it does not, that is gone. */
export const mustShow = (
  { made_at, created_at }: Made & Pick<Reconciled, 'created_at'>,
  now: number,
): boolean => now - Date.parse(made_at ?? created_at) >= creationWindowMilliseconds;

/**
 * Whether a record has come about and is looked at all the same: then the cloud reported a change, or a comparison found
 * one, and what was made must be looked for.
 */
export const isLookedAtAgain = ({ generation, observed_generation, deleted_at }: Reconciled): boolean =>
  observed_generation >= generation && deleted_at === undefined;

/**
 * Ids of what is to be taken apart: all that the cloud shows, and what the record knows of where the cloud may not show it
 * yet.
 */
export const stillThere = (
  { made_at }: Made,
  shown: readonly { id: string }[],
  recorded: string | undefined,
  now: number,
): string[] => {
  const ids = shown.map(({ id }) => id);
  const isYoung = made_at !== undefined && now - Date.parse(made_at) < creationWindowMilliseconds;
  return recorded !== undefined && isYoung && !ids.includes(recorded) ? [recorded, ...ids] : ids;
};

/**
 * The step that brings a part about which has no client token: the one that the cloud shows is taken over, any other is
 * deleted (a creation whose outcome was lost, and was asked for again), and only where there is none it is created.
 */
export const takeOverOrCreate = <R extends Reconciled & Made>(
  shown: readonly { id: string }[],
  now: number,
  part: {
    /** Of the creating call. */
    name: string;
    create(signal: AbortSignal): Promise<string>;
    delete(id: string, signal: AbortSignal): Promise<void>;
    /** What the record says of it afterwards. */
    record(id: string): Partial<R>;
  },
): Step<R> => {
  const [first, ...others] = shown;
  if (others.length > 0)
    return {
      do: 'call',
      name: `${part.name}: delete what was made twice`,
      call: async (signal) => {
        for (const { id } of others) await part.delete(id, signal);
        return undefined;
      },
      waitMilliseconds: 1_000,
    };
  const set = (id: string): Partial<R> => ({ ...part.record(id), ...madeNow(now) });
  if (first) return { do: 'write', set: set(first.id), remove: ['create_asked_at'] };
  return { do: 'create', name: part.name, call: async (signal) => ({ set: set(await part.create(signal)) }) };
};
