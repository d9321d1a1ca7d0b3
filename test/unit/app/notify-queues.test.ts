import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsDeliveryQueue } from '../../../lib/app/sqs-delivery-queue.ts';
import { sqsFanOutQueue } from '../../../lib/app/sqs-fan-out-queue.ts';
import { newId } from '../../../lib/platform/ids.ts';
import { DeliverMessage } from '../../../lib/services/deliveries/message.ts';
import { maxMessageBytes } from '../../../lib/services/topics/schema.ts';
import { FanOutMessage, packBody, unpackBody } from '../../../lib/services/topics/service.ts';

let server: FauxqsServer;
let sqs: SQSClient;
const signal = AbortSignal.timeout(30_000);

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  sqs = new SQSClient({
    endpoint: server.address,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  sqs?.destroy();
  await server?.stop();
});

const newQueue = async (): Promise<string> => {
  const Attributes = { MaximumMessageSize: '1048576' };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `q-${newId()}`, Attributes }));
  return QueueUrl as string;
};

const receiveAll = async (QueueUrl: string): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body }) => Body as string));
  }
};

describe('the queue of published messages', () => {
  it('takes the longest text, of the worst characters, with the largest attributes', async () => {
    const url = await newQueue();
    const text = '\u0001'.repeat(maxMessageBytes - 6) + '\ufffe\uffff';
    const values = Array(10).fill('\ufffe'.repeat(1_024));
    const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, values]));
    const message = {
      tenant: newId(),
      topic: newId(),
      message: newId(),
      published_at: new Date().toISOString(),
      body: packBody(text),
      attributes,
    };
    await sqsFanOutQueue(sqs, url).send(message, signal);
    const [body = ''] = await receiveAll(url);
    expect(FanOutMessage.parse(JSON.parse(body))).toEqual(message);
    expect(unpackBody(message.body)).toBe(text);
  });

  it('that can’t be reached is a refusal: nothing was accepted', async () => {
    const nowhere = new URL('/000000000000/none', server.address).href;
    const message = { tenant: 't', topic: 't', message: 'm', published_at: '', body: '' };
    await expect(sqsFanOutQueue(sqs, nowhere).send(message, signal)).rejects.toMatchObject({
      type: 'UNAVAILABLE',
    });
  });
});

describe('the queue of deliveries', () => {
  const delivery = (body: string): DeliverMessage => ({
    tenant: newId(),
    subscription: newId(),
    delivery: newId(),
    message: newId(),
    published_at: new Date().toISOString(),
    attempt: 1,
    token: newId(),
    since: new Date().toISOString(),
    body: packBody(body),
  });

  it.each([
    ['25 short ones', 25, 10],
    ['7 of the longest, which no batch takes together', 7, maxMessageBytes],
  ])('takes %s', async (_, count, bytes) => {
    const url = await newQueue();
    const messages = Array.from({ length: count }, () => delivery('x'.repeat(bytes)));
    await sqsDeliveryQueue(sqs, url).send(
      messages.map((message) => ({ message, delaySeconds: 0 })),
      signal,
    );
    const received = (await receiveAll(url)).map((body) => DeliverMessage.parse(JSON.parse(body)));
    expect(new Set(received.map((one) => one.delivery))).toEqual(
      new Set(messages.map((one) => one.delivery)),
    );
    expect(received).toHaveLength(count);
  });

  it('keeps a later attempt back', async () => {
    const url = await newQueue();
    const message = delivery('x');
    await sqsDeliveryQueue(sqs, url).send([{ message, delaySeconds: 900 }], signal);
    expect(await receiveAll(url)).toEqual([]);
  });
});
