import { describe, expect, it } from 'vitest';
import { BackendError, type BackendFailure } from '../../../../lib/platform/lifecycle/types.ts';
import { together } from '../../../../lib/services/instances/backend.ec2/together.ts';

const signal = new AbortController().signal;

/** Asks for all at once; the calls made, and what became of each. */
const ask = async (
  ids: readonly string[],
  fails: (asked: readonly string[]) => Error | undefined = () => undefined,
) => {
  const calls: string[][] = [];
  const one = together(async (asked) => {
    calls.push([...asked]);
    const failure = fails(asked);
    if (failure) throw failure;
  });
  const results = await Promise.allSettled(ids.map((id) => one(id, signal)));
  return { calls, done: results.map(({ status }) => status === 'fulfilled'), one };
};

const because = (failure: BackendFailure) => new BackendError(failure, failure);

describe('what is asked for at once', () => {
  it('goes as one call, each id once', async () => {
    const { calls, done } = await ask(['i-1', 'i-2', 'i-1']);
    expect([calls, done]).toEqual([[['i-1', 'i-2']], [true, true, true]]);
  });

  it('later goes as another call', async () => {
    const { calls, one } = await ask(['i-1', 'i-2']);
    await one('i-3', signal);
    expect(calls).toEqual([['i-1', 'i-2'], ['i-3']]);
  });

  it.each(['not_yet', 'rejected', 'capacity', 'exhausted'] as const)(
    'goes one by one where it fails with %s: only the one that is meant fails',
    async (failure) => {
      const { calls, done } = await ask(['i-1', 'i-2', 'i-3'], (asked) =>
        asked.includes('i-2') ? because(failure) : undefined,
      );
      expect(calls).toEqual([['i-1', 'i-2', 'i-3'], ['i-1'], ['i-2'], ['i-3']]);
      expect(done).toEqual([true, false, true]);
    },
  );

  it.each(['throttled', 'ambiguous', 'broken'] as const)(
    'fails together with %s: more calls would not help',
    async (failure) => {
      const { calls, done } = await ask(['i-1', 'i-2'], () => because(failure));
      expect([calls, done]).toEqual([[['i-1', 'i-2']], [false, false]]);
    },
  );

  it('fails with what is no failure of the cloud’s, and the next is asked for again', async () => {
    const { calls, done } = await ask(['i-1', 'i-2'], () => new Error('a bug'));
    expect([calls, done]).toEqual([[['i-1', 'i-2']], [false, false]]);
  });
});
