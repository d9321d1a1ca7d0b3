import autocannon from 'autocannon';
import { newAccount } from '../test/support/api-client.ts';
import { withEngine } from './with-engine.ts';

export interface QueueFigures {
  what: string;
  messagesPerSecond: number;
  /** Half of the requests were faster. */
  p50Milliseconds: number;
  /** Of what fauxqs itself does, asked by its own protocol with nothing of ours in between. */
  ofBare: number;
  errors: number;
}

const connections = 16;
const body = JSON.stringify({ body: 'x'.repeat(200) });
const batch = JSON.stringify({ messages: Array.from({ length: 10 }, () => ({ body: 'x'.repeat(200) })) });

type Load = Pick<autocannon.Options, 'url' | 'method' | 'headers' | 'body'>;

const measure = async (load: Load, seconds: number) => {
  const { requests, latency, errors, non2xx } = await autocannon({ ...load, connections, duration: seconds });
  return { perSecond: requests.average, p50Milliseconds: latency.p50, errors: errors + non2xx };
};

/** Messages through the platform on the engine, beside those through the same fauxqs without it. */
export const measureQueues = (seconds = 5): Promise<QueueFigures[]> =>
  withEngine(async (engine) => {
    const { api } = await newAccount(engine.url, 'bench');
    const { data } = await api.post<{ id: string }>('/queues', { name: 'bench' });
    const path = `${engine.url}/queues/${data.id}/messages`;
    await api.post(`/queues/${data.id}/messages`, { body: 'warm' });
    const headers = { 'x-api-key': api.key ?? '', 'content-type': 'application/json' };

    const sqs = engine.description.endpoints.sqs;
    const bare = (action: string, input: object): Load => ({
      url: sqs,
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=000000000000/20261125/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
    });
    const made = bare('CreateQueue', { QueueName: 'bare' });
    const response = await fetch(sqs, {
      method: 'POST',
      headers: made.headers as Record<string, string>,
      body: made.body as string,
    });
    const { QueueUrl } = (await response.json()) as { QueueUrl: string };
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: 'x'.repeat(200),
    }));

    const pairs: [string, number, Load, Load][] = [
      [
        'send one',
        1,
        { url: path, method: 'POST', headers, body },
        bare('SendMessage', { QueueUrl, MessageBody: 'x'.repeat(200) }),
      ],
      [
        'send ten at a time',
        10,
        { url: `${path}/batch`, method: 'POST', headers, body: batch },
        bare('SendMessageBatch', { QueueUrl, Entries }),
      ],
      [
        'receive ten at a time',
        10,
        { url: `${path}?max_messages=10`, method: 'GET', headers },
        bare('ReceiveMessage', {
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 30,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        }),
      ],
    ];
    const figures: QueueFigures[] = [];
    for (const [what, size, ours, theirs] of pairs) {
      const own = await measure(ours, seconds);
      const other = await measure(theirs, seconds);
      figures.push({
        what,
        messagesPerSecond: own.perSecond * size,
        p50Milliseconds: own.p50Milliseconds,
        ofBare: own.perSecond / other.perSecond,
        errors: own.errors + other.errors,
      });
    }
    return figures;
  });
