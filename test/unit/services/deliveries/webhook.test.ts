import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../lib/platform/clock.ts';
import { createEgress } from '../../../../lib/platform/egress/egress.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { attributesHeader } from '../../../../lib/services/deliveries/attributes-header.ts';
import { webhookTarget } from '../../../../lib/services/deliveries/target.webhook.ts';
import type { SubscriptionRecord } from '../../../../lib/services/subscriptions/service.ts';
import { newSigningSecret } from '../../../../lib/services/subscriptions/signing.ts';

let server: Server;
let url: string;
let status = 200;
let answer = 'thanks';
let answered: Record<string, string> = {};
let received: { method?: string; headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ method: request.method, headers: request.headers, body: String(Buffer.concat(chunks)) });
    response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : answered).end(answer);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`;
});
beforeEach(() => {
  received = [];
  status = 200;
  answer = 'thanks';
  answered = {};
});
afterAll(() => server?.close());

const target = (allowLoopback = true) =>
  webhookTarget({
    egress: createEgress({ policy: { allowedRanges: [], allowLoopback } }),
    sealer: { open: async (text) => text.replace('sealed ', '') },
    clock: systemClock,
  });

const hand = (
  change: Partial<SubscriptionRecord> = {},
  body = '{"n": 1}',
  to: ReturnType<typeof webhookTarget> = target(),
  attributes?: string,
) => {
  const subscription = { endpoint: url, protocol: 'webhook', secret: 'sealed whsec_', ...change };
  const over = { subscription: subscription as SubscriptionRecord, delivery: newId(), body, attributes };
  return to.hand(over, AbortSignal.timeout(5_000));
};

/** As receivers check it: the package of those who wrote the specification. It wants JSON. */
const verify = (secret: string, { headers, body }: (typeof received)[number]): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('a webhook', () => {
  it('is POSTed the text as JSON, signed, with the time of the attempt', async () => {
    const secret = newSigningSecret();
    const text = '{"städte":["Łódź","😀"]}';
    expect(await hand({ secret: `sealed ${secret}` }, text)).toEqual({ ok: true, status_code: 200 });
    const [request] = received;
    expect(request).toMatchObject({
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json' },
    });
    expect(request && verify(secret, request)).toEqual(JSON.parse(text));
    expect(() => request && verify(newSigningSecret(), request)).toThrow();
    expect(() => request && verify(secret, { ...request, body: text.replace('Ł', 'L') })).toThrow();
  });

  it('is signed with both secrets while one is replaced by the other', async () => {
    const [secret, previous] = [newSigningSecret(), newSigningSecret()];
    await hand({
      secret: `sealed ${secret}`,
      previous_secret: `sealed ${previous}`,
      previous_secret_until: new Date(Date.now() + 60_000).toISOString(),
    });
    const [request] = received;
    for (const one of [secret, previous]) expect(request && verify(one, request)).toEqual({ n: 1 });
    expect(String(request?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  it.each([
    [204, { ok: true, status_code: 204 }],
    [302, { ok: false, status_code: 302, error: 'the endpoint answered 302' }],
    [404, { ok: false, status_code: 404, error: 'the endpoint answered 404' }],
    [500, { ok: false, status_code: 500, error: 'the endpoint answered 500' }],
    [410, { ok: false, status_code: 410, error: 'the endpoint answered 410', final: 'subscription' }],
  ])('that answers %i is taken at its word, and nothing is followed', async (code, outcome) => {
    status = code;
    expect(await hand()).toEqual(outcome);
    expect(received).toHaveLength(1);
  });

  it('says when to come back', async () => {
    status = 503;
    answered = { 'Retry-After': '90' };
    const before = Date.now();
    const outcome = await hand();
    expect(outcome).toMatchObject({ ok: false, status_code: 503 });
    const { retry_at = 0 } = outcome as { retry_at?: number };
    expect(retry_at - before).toBeGreaterThanOrEqual(90_000);
    expect(retry_at - Date.now()).toBeLessThanOrEqual(90_000);
  });

  it('is told the attributes in a header with a signature of its own', async () => {
    const secret = newSigningSecret();
    const attributes = attributesHeader({ event: 'größer', tags: ['a', 1, true] });
    await hand({ secret: `sealed ${secret}` }, '{"n": 1}', target(), attributes);
    const [request] = received;
    expect(request && verify(secret, request)).toEqual({ n: 1 });
    const header = String(request?.headers['webhook-attributes']);
    expect(JSON.parse(header)).toEqual({ event: 'größer', tags: ['a', 1, true] });
    const signature = String(request?.headers['webhook-attributes-signature']);
    const signed = {
      body: `{"webhook-attributes":${header}}`,
      headers: { ...request?.headers, 'webhook-signature': signature },
    };
    expect(verify(secret, { ...signed } as (typeof received)[number])).toBeDefined();
    expect(() => request && verify(secret, { ...request, headers: signed.headers })).toThrow();
  });

  it('of a message without attributes has no header for them', async () => {
    await hand();
    expect(Object.keys(received[0]?.headers ?? {}).filter((name) => name.includes('attributes'))).toEqual([]);
  });

  it('that answers without end has failed', async () => {
    answer = 'x'.repeat(70_000);
    expect(await hand()).toMatchObject({ ok: false });
  });

  it('that can’t be reached has failed, without a word about addresses', async () => {
    const outcome = await hand({ endpoint: 'http://127.0.0.1:1/' });
    expect(outcome).toMatchObject({ ok: false, error: 'the target can not be reached' });
  });

  it('on this machine is not called where that is not allowed', async () => {
    expect(await hand({}, '{}', target(false))).toMatchObject({ ok: false });
    expect(received).toEqual([]);
  });

  it('that is given up for want of time is tried again by the queue', async () => {
    const over = { subscription: { endpoint: url } as SubscriptionRecord, delivery: newId(), body: '' };
    await expect(target().hand(over, AbortSignal.abort())).rejects.toMatchObject({ reason: 'aborted' });
  });
});
