import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualTimers } from '../../../../../local/clock.ts';
import { Queues } from '../../../../../local/engine/services/queues.ts';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:tested';
const start = Date.UTC(2030, 0, 1);
const folders: string[] = [];
const opened: Queues[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queues) => queues.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'queues-'));
  folders.push(folder);
  return folder;
};

const open = async (timers: VirtualTimers, folder = newFolder()) => {
  const queues = await Queues.start(folder, timers);
  opened.push(queues);
  queues.ensure('tested', { VisibilityTimeout: '30' });
  return { queues, bodies: () => queues.receive(queueArn, 10).map(({ Body }) => Body) };
};

describe('queues on a virtual clock', () => {
  it('keep a delayed message back until its time', async () => {
    const timers = new VirtualTimers(start);
    const { queues, bodies } = await open(timers);
    queues.send(queueArn, 'later', {}, 60);
    expect(queues.nextVisibleAt(queueArn)).toBe(start + 60_000);
    timers.advance(59_999);
    expect(bodies()).toEqual([]);
    timers.advance(1);
    expect(bodies()).toEqual(['later']);
  });

  it('show a received message again when its visibility timeout is over', async () => {
    const timers = new VirtualTimers(start);
    const { queues, bodies } = await open(timers);
    queues.send(queueArn, 'again');
    expect(bodies()).toEqual(['again']);
    timers.advance(29_999);
    expect(bodies()).toEqual([]);
    timers.advance(1);
    const [message] = queues.receive(queueArn, 10);
    expect(message).toMatchObject({ receiveCount: 2, sentTimestamp: start, firstReceiveTimestamp: start });
  });

  it('keep a delay over a restart', async () => {
    const [timers, folder] = [new VirtualTimers(start), newFolder()];
    const before = await open(timers, folder);
    before.queues.send(queueArn, 'kept', {}, 60);
    await opened.pop()?.stop();
    timers.advance(30_000);
    const { bodies } = await open(timers, folder);
    expect(bodies()).toEqual([]);
    timers.advance(30_000);
    expect(bodies()).toEqual(['kept']);
  });
});
