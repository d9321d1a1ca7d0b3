import { afterAll, describe, expect, it } from 'vitest';
import { VirtualTimers } from '../../../local/clock.ts';
import { startEngine } from '../../../local/engine/index.ts';
import { eventually } from './fixture/eventually.ts';
import { newWorkspace } from './fixture/workspace.ts';

const workspace = newWorkspace();
afterAll(() => workspace.remove());

const start = (timers?: VirtualTimers) => startEngine({ ...workspace, quiet: true, timers });

const put = (url: string, id: string) =>
  fetch(`${url}/items/${id}`, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } });

const isDone = async (url: string, id: string): Promise<boolean> =>
  ((await (await fetch(`${url}/items/${id}`)).json()) as { done: boolean }).done;

describe('an engine that ends at once after it answered', () => {
  it('has what it answered, and goes on with it when it starts again', async () => {
    const first = await start();
    const ids = Array.from({ length: 20 }, (_, n) => `kept-${n}`);
    const statuses = await Promise.all(ids.map(async (id) => (await put(first.url, id)).status));
    await first.crash();
    expect(statuses).toEqual(ids.map(() => 201));

    const second = await start();
    for (const id of ids) await eventually(() => isDone(second.url, id), Boolean);
    expect(second.outputs).toEqual(first.outputs);
    await second.stop();
  });
});

describe('on a virtual clock', () => {
  it('functions see its time, and schedules follow it', async () => {
    const timers = new VirtualTimers(Date.UTC(2030, 0, 1));
    const engine = await start(timers);
    const ticks = async () => {
      const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
      const { Items = [] } = await engine.cloud.dynamoDb.send(
        new ScanCommand({
          TableName: 'fixture-table',
          FilterExpression: 'pk = :p AND begins_with(sk, :y)',
          ExpressionAttributeValues: { ':p': { S: 'ticks' }, ':y': { S: '2030' } },
        }),
      );
      return Items.map(({ at }) => at?.S);
    };
    await eventually(ticks, (all) => all.length === 1);
    timers.advance(60_000);
    engine.followClock();
    expect(await eventually(ticks, (all) => all.length === 2)).toEqual([
      '2030-01-01T00:00:00.000Z',
      '2030-01-01T00:01:00.000Z',
    ]);
    await engine.stop();
  });
});
