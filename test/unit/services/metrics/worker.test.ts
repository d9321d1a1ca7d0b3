import { describe, expect, it } from 'vitest';
import type { CollectTask, MetricsTask } from '../../../../lib/services/metrics/tasks.ts';
import { createMetricsWorker, type MetricsWorkerOptions } from '../../../../lib/services/metrics/worker.ts';

const signal = new AbortController().signal;
const collection = (group: string): CollectTask => ({
  task: 'collect',
  asked_at: '2030-01-01T00:00:00.000Z',
  groups: [{ tenant: 't', group, memory: true }],
});
const failure = new Error('no');

const open = (change: Partial<MetricsWorkerOptions> = {}) => {
  const collected: string[][] = [];
  const work = createMetricsWorker({
    list: async () => ({ groups: 3 }),
    collect: async (tasks) => {
      collected.push(tasks.map(({ groups }) => groups[0]?.group ?? ''));
      return tasks.map(({ groups }) =>
        groups[0]?.group === 'bad' ? { error: failure } : { fields: { group: groups[0]?.group } },
      );
    },
    relax: async (token) => ({ token }),
    ...change,
  });
  return { work, collected };
};

const batch: MetricsTask[] = [
  collection('one'),
  { task: 'list' },
  collection('bad'),
  { task: 'relax', token: 'next' },
  collection('two'),
];

describe('a batch of the collector’s tasks', () => {
  it('has its collections done together, and each outcome at its own message', async () => {
    const { work, collected } = open();
    expect(await work(batch, signal)).toEqual([
      { fields: { group: 'one' } },
      { fields: { task: 'list', groups: 3 } },
      { error: failure },
      { fields: { task: 'relax', token: 'next' } },
      { fields: { group: 'two' } },
    ]);
    expect(collected).toEqual([['one', 'bad', 'two']]);
  });

  it.each<[string, Partial<MetricsWorkerOptions>, number[]]>([
    ['the list', { list: () => Promise.reject(failure) }, [1, 2]],
    ['the end of monitoring', { relax: () => Promise.reject(failure) }, [2, 3]],
    ['the collections', { collect: () => Promise.reject(failure) }, [0, 2, 4]],
  ])('gives back no other message when %s fails', async (_, change, failed) => {
    const outcomes = await open(change).work(batch, signal);
    expect(outcomes.flatMap((outcome, index) => ('error' in outcome ? [index] : []))).toEqual(failed);
  });

  it('of no collection asks for none', async () => {
    const { work, collected } = open();
    await work([{ task: 'list' }], signal);
    expect(collected).toEqual([]);
  });
});
