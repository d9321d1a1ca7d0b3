import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { awsClient } from '../../../../lib/platform/aws/client.ts';
import { makeLean } from '../../../../lib/platform/aws/lean-client.ts';
import { Sha256 } from '../../../../lib/platform/aws/sha256.ts';
import { wholeBody } from '../../../../lib/platform/aws/whole-body.ts';

interface Sent {
  headers: Record<string, string>;
}

/** A client whose requests are answered here, with the given status. */
const answering = (statusCode: number) => {
  const sent: Sent[] = [];
  const client = awsClient(DynamoDBClient, 'DYNAMODB', {
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (request: Sent) => {
        sent.push(request);
        const body = Readable.from([Buffer.from('{"__type":"InternalServerError"}')]);
        return { response: { statusCode, headers: {}, body } };
      },
    },
  });
  return { client, sent };
};
const get = new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } });

describe('a lean client', () => {
  it('signs its calls and names its software', async () => {
    const { client, sent } = answering(200);
    makeLean(client);
    await client.send(get);
    expect(sent[0]?.headers['user-agent']).toContain('app/the-cloud');
    expect(sent[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 .*Signature=[0-9a-f]{64}$/);
  });

  it('tries each call once', async () => {
    const { client, sent } = answering(500);
    makeLean(client);
    await expect(client.send(get)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(sent).toHaveLength(1);
  });

  it('says so when the SDK has no such step', () => {
    const { client } = answering(200);
    makeLean(client);
    expect(() => makeLean(client)).toThrow("the SDK's client has no step loggerMiddleware");
  });
});

describe('SHA-256 for signing', () => {
  const data = randomBytes(100);
  const digestOf = (hash: Sha256): Promise<Uint8Array> => {
    hash.update(data.subarray(0, 40));
    hash.update(data.subarray(40));
    return hash.digest();
  };

  it('is SHA-256', async () => {
    expect(await digestOf(new Sha256())).toEqual(createHash('sha256').update(data).digest());
  });

  const bytes = new Uint8Array(randomBytes(32));
  it.each([
    ['text', 'AWS4secret'],
    ['bytes', bytes],
    ['the same bytes again', bytes],
    ['a buffer', new Uint8Array(randomBytes(32)).buffer],
  ])('is HMAC-SHA-256 under a key of %s', async (_, secret) => {
    const key = typeof secret === 'string' ? secret : Buffer.from(secret as ArrayBuffer);
    const hash = new Sha256(secret);
    expect(await digestOf(hash)).toEqual(createHmac('sha256', key).update(data).digest());
    hash.reset();
    expect(await digestOf(hash)).toEqual(createHmac('sha256', key).update(data).digest());
  });
});

describe('the body of an answer', () => {
  it('is all of its bytes', async () => {
    expect(
      Buffer.from(await wholeBody(Readable.from([Buffer.from('ab'), Buffer.from('c')]))).toString(),
    ).toBe('abc');
  });

  it('is an error that is tried again where the connection ended before it did', async () => {
    const stream = new Readable({ read() {} });
    const body = wholeBody(stream);
    stream.push('{"Item":');
    stream.destroy();
    await expect(body).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
