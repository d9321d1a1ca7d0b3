import type { Unsent } from '../platform/lifecycle/ports.ts';

/**
 * Sends entries in batches, one after the other, which keeps their order. `send` gives the failures of its batch by
 * index; where it throws, all of its batch have failed.
 */
export const inBatches = async <T>(
  entries: readonly T[],
  size: number,
  send: (batch: readonly T[]) => Promise<[number, Error][]>,
): Promise<Unsent> => {
  const unsent = new Map<number, Error>();
  for (let start = 0; start < entries.length; start += size) {
    const batch = entries.slice(start, start + size);
    try {
      for (const [index, error] of await send(batch)) unsent.set(start + index, error);
    } catch (error) {
      for (const index of batch.keys()) unsent.set(start + index, error as Error);
    }
  }
  return unsent;
};
