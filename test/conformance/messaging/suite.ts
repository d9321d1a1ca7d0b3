import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqsMessaging } from '../../../lib/services/queues/backend.sqs.ts';
import {
  type Messaging,
  QueueAbsent,
  type QueueRef,
  type QueueSettings,
} from '../../../lib/services/queues/backend.ts';
import { eventually } from '../../support/eventually.ts';
import type { SqsCloud } from './fauxqs-cloud.ts';

const { signal } = new AbortController();

const settings: QueueSettings = {
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 345_600,
  maxMessageBytes: 262_144,
  delaySeconds: 0,
};

const uuid = /^[0-9a-f-]{36}$/;

/** What the Messaging port promises, wherever SQS answers. */
export const messagingSuite = (name: string, start: () => Promise<SqsCloud>): void => {
  describe(`the Messaging port on ${name}`, () => {
    let cloud: SqsCloud;
    let messaging: Messaging;
    beforeAll(async () => {
      cloud = await start();
      messaging = createSqsMessaging({ client: cloud.sqs, places: cloud.places, stage: 'test' });
    });
    afterAll(() => cloud?.stop());

    const newRef = (fifo = false): QueueRef => ({ id: randomUUID(), tenant: randomUUID(), fifo });
    const made = async (change: Partial<QueueSettings> = {}, fifo = false): Promise<QueueRef> => {
      const queue = newRef(fifo);
      await messaging.ensure(queue, { ...settings, ...change }, signal);
      return queue;
    };
    const receive = (queue: QueueRef, change: object = {}) =>
      messaging.receive(
        queue,
        { maximum: 10, waitSeconds: 0, visibilityTimeoutSeconds: 30, ...change },
        signal,
      );
    const send = (queue: QueueRef, ...bodies: string[]) =>
      messaging.send(
        queue,
        bodies.map((body) => ({ body, ...(queue.fifo && { groupId: 'g', deduplicationId: body }) })),
        signal,
      );
    const attributesOf = async (queue: QueueRef) => {
      const QueueUrl = `${cloud.places.url}${queue.id}${queue.fifo ? '.fifo' : ''}`;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      const { Attributes = {} } = await cloud.sqs.send(command);
      const { Tags = {} } = await cloud.sqs.send(new ListQueueTagsCommand({ QueueUrl }));
      return { ...Attributes, ...Tags };
    };

    it('makes a queue once, tagged, and leaves one alone that is there with other settings', async () => {
      const queue = await made({ delaySeconds: 5 });
      await messaging.ensure(queue, { ...settings, delaySeconds: 5 }, signal);
      await messaging.ensure(queue, settings, signal);
      expect(await attributesOf(queue)).toMatchObject({
        VisibilityTimeout: '30',
        MessageRetentionPeriod: '345600',
        MaximumMessageSize: '262144',
        DelaySeconds: '5',
        'thecloud:stage': 'test',
        'thecloud:tenant': queue.tenant,
        'thecloud:resource': queue.id,
      });
    });

    it('changes settings, gives dead letters a place and takes it away', async () => {
      const [queue, dead] = [await made(), await made()];
      const deadLetters = { queue: dead, maxReceiveCount: 3 };
      await messaging.configure(queue, { ...settings, retentionSeconds: 86_400, deadLetters }, signal);
      const { RedrivePolicy, MessageRetentionPeriod } = (await attributesOf(queue)) as Record<string, string>;
      expect(MessageRetentionPeriod).toBe('86400');
      expect(JSON.parse(RedrivePolicy ?? '{}')).toMatchObject({
        deadLetterTargetArn: `${cloud.places.arn}${dead.id}`,
      });
      await messaging.configure(queue, settings, signal);
      expect((await attributesOf(queue)) as Record<string, string>).not.toHaveProperty(
        'RedrivePolicy',
        /dead/,
      );
    });

    it('says of a queue that is not there that it is absent, and deletes it all the same', async () => {
      const queue = newRef();
      expect(await messaging.exists(queue, signal)).toBe(false);
      for (const act of [() => send(queue, 'x'), () => receive(queue), () => messaging.counts(queue, signal)])
        await expect(act()).rejects.toBeInstanceOf(QueueAbsent);
      await messaging.delete(queue, signal);
    });

    it('is gone after its delete', async () => {
      const queue = await made();
      await messaging.delete(queue, signal);
      await eventually('it is gone', async () => !(await messaging.exists(queue, signal)));
    });

    it('sends ten messages and gives them with their ids, hidden from others', async () => {
      const queue = await made();
      const bodies = Array.from({ length: 10 }, (_, index) => `message ${index}\t“💌”\r\n`);
      const sent = await send(queue, ...bodies);
      const ids = sent.map((one) => ('id' in one ? one.id : ''));
      for (const id of ids) expect(id).toMatch(uuid);
      const received = await receive(queue);
      expect(received.map(({ id, body }) => [id, body]).sort()).toEqual(
        ids.map((id, index) => [id, bodies[index]]).sort(),
      );
      for (const { receivedCount, sentAt } of received) {
        expect(receivedCount).toBe(1);
        expect(Math.abs(Date.now() - sentAt)).toBeLessThan(60_000);
      }
      expect(await receive(queue)).toEqual([]);
      expect(await messaging.counts(queue, signal)).toEqual({ ready: 0, inFlight: 10, delayed: 0 });
    });

    it('keeps attributes with their types, and gives none where there were none', async () => {
      const queue = await made();
      const attributes = { text: 'ü💌 "x"', 'a.b-c_d': 'x', number: -12.5, zero: 0, yes: true, no: false };
      await messaging.send(queue, [{ body: 'with', attributes }], signal);
      expect(await receive(queue)).toMatchObject([{ body: 'with', attributes }]);
      await send(queue, 'without');
      const [plain] = await receive(queue);
      expect(plain).not.toHaveProperty('attributes');
    });

    it('shows a message again when its time is over, or at once when it is released', async () => {
      const queue = await made();
      await send(queue, 'x');
      const [first] = await receive(queue, { visibilityTimeoutSeconds: 1 });
      const [second] = await eventually('it is visible again', async () => {
        const again = await receive(queue);
        return again.length > 0 && again;
      });
      expect(second).toMatchObject({ id: first?.id, receivedCount: 2 });
      await messaging.release(queue, [second?.handle ?? ''], signal);
      expect(await receive(queue)).toMatchObject([{ id: first?.id, receivedCount: 3 }]);
    });

    it('hides a received message anew, for as long as is asked for', async () => {
      const queue = await made();
      await send(queue, 'x', 'y');
      const received = await receive(queue, { visibilityTimeoutSeconds: 30 });
      const handles = received.map(({ handle }) => handle);
      expect(await messaging.hide(queue, handles, 43_000, signal)).toEqual([true, true]);
      expect(await receive(queue)).toEqual([]);
      expect(await messaging.hide(queue, handles.slice(0, 1), 0, signal)).toEqual([true]);
      expect(await receive(queue)).toMatchObject([{ id: received[0]?.id, receivedCount: 2 }]);
    });

    it('hides a message for longer, or shows it at once, and says which handles it can not', async () => {
      const queue = await made();
      await send(queue, 'x');
      const [first] = await receive(queue, { visibilityTimeoutSeconds: 1 });
      const handle = first?.handle ?? '';
      expect(await messaging.hideOne(queue, handle, 43_000, signal)).toBe('hidden');
      expect(await receive(queue, { waitSeconds: 2 })).toEqual([]);
      expect(await messaging.hideOne(queue, handle, 0, signal)).toBe('hidden');
      expect(await receive(queue)).toMatchObject([{ id: first?.id, receivedCount: 2 }]);
      expect(await messaging.hideOne(queue, 'forged', 60, signal)).toBe('unknown');
    });

    it('deletes what was received', async () => {
      const queue = await made();
      await send(queue, 'x', 'y');
      const received = await receive(queue);
      const handles = received.map(({ handle }) => handle);
      expect(await messaging.remove(queue, handles, signal)).toEqual([true, true]);
      expect(await messaging.counts(queue, signal)).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
    });

    it('waits for a message', async () => {
      const queue = await made();
      const waiting = receive(queue, { waitSeconds: 10 });
      await send(queue, 'now');
      expect(await waiting).toMatchObject([{ body: 'now' }]);
    });

    it('delays a message', async () => {
      const queue = await made();
      await messaging.send(queue, [{ body: 'late', delaySeconds: 900 }], signal);
      expect(await receive(queue)).toEqual([]);
      expect(await messaging.counts(queue, signal)).toMatchObject({ ready: 0, delayed: 1 });
    });

    it('keeps the order of a FIFO queue’s group, each message once', async () => {
      const queue = await made({ contentBasedDeduplication: false }, true);
      await messaging.configure(queue, { ...settings, contentBasedDeduplication: false }, signal);
      // What a repeat answers is not asked for: moto gives it an id of its own, and drops it all the same.
      for (const bodies of [['a'], ['a', 'b']])
        for (const sent of await send(queue, ...bodies)) expect(sent).toHaveProperty('id');
      const [a] = await receive(queue, { maximum: 1 });
      expect(a).toMatchObject({ body: 'a', groupId: 'g', deduplicationId: 'a' });
      expect(a?.sequenceNumber).toMatch(/^\d+$/);
      expect(await receive(queue, { maximum: 1 })).toEqual([]);
      expect(await messaging.remove(queue, [a?.handle ?? ''], signal)).toEqual([true]);
      expect(await receive(queue, { maximum: 1 })).toMatchObject([{ body: 'b' }]);
    });

    it('empties a queue of what was received too', async () => {
      const queue = await made();
      await send(queue, 'x', 'y');
      await receive(queue, { maximum: 1 });
      await messaging.purge(queue, signal);
      expect(await messaging.counts(queue, signal)).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
    });

    it('moves what was received too often to the dead letters', async () => {
      const [queue, dead] = [await made(), await made()];
      await messaging.configure(
        queue,
        { ...settings, deadLetters: { queue: dead, maxReceiveCount: 1 } },
        signal,
      );
      await send(queue, 'poison');
      await receive(queue, { visibilityTimeoutSeconds: 1 });
      await eventually('it is dead', async () => {
        await receive(queue);
        return (await messaging.counts(dead, signal)).ready === 1;
      });
      expect(await receive(dead)).toMatchObject([{ body: 'poison' }]);
    });
  });
};
