import { long } from './bad-input-tables.ts';

const webhook = { protocol: 'webhook', endpoint: 'https://example.com/hook' };
const filtered = (filter_policy: unknown) => ({ ...webhook, filter_policy });
const tooMany = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, 1]));

/** What is wrong, method, path (`:topic` and `:subscription` stand for the tester's own), body, and the field that is named. */
export const badTopicInput: [string, string, string, unknown, string][] = [
  ['no topic name', 'POST', '/notify/topics', {}, 'name'],
  ['a topic name of blanks', 'POST', '/notify/topics', { name: '  ' }, 'name'],
  ['a topic name over 64', 'POST', '/notify/topics', { name: long(65) }, 'name'],
  ['a topic name with a line feed', 'POST', '/notify/topics', { name: 'a\nb' }, 'name'],
  ...(
    [
      ['no protocol', { endpoint: webhook.endpoint }, 'protocol'],
      ['an unknown protocol', { ...webhook, protocol: 'sms' }, 'protocol'],
      ['no endpoint', { protocol: 'webhook' }, 'endpoint'],
      ['an endpoint over 2,048', { ...webhook, endpoint: `https://example.com/${long(2_048)}` }, 'endpoint'],
      ['a queue by its name', { protocol: 'queue', endpoint: 'orders' }, 'endpoint'],
      ['another scheme', { ...webhook, endpoint: 'ftp://example.com/' }, 'endpoint'],
      ['no URL', { ...webhook, endpoint: 'example.com' }, 'endpoint'],
      ['a user name in the URL', { ...webhook, endpoint: 'https://a:b@example.com/' }, 'endpoint'],
      ['this machine', { ...webhook, endpoint: 'http://127.0.0.1/' }, 'endpoint'],
      ['this machine in octal', { ...webhook, endpoint: 'http://0177.1/' }, 'endpoint'],
      ['a metadata service', { ...webhook, endpoint: 'http://169.254.169.254/' }, 'endpoint'],
      ['a private address', { ...webhook, endpoint: 'http://10.0.0.1/' }, 'endpoint'],
      ['an empty policy', filtered({}), 'filter_policy'],
      ['a policy that is a list', filtered([]), 'filter_policy'],
      [
        'a policy over five names',
        filtered({ a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }),
        'filter_policy',
      ],
      ['a condition that is no list', filtered({ event: 'x' }), 'filter_policy.event'],
      ['an unknown condition', filtered({ event: [{ suffix: 'x' }] }), 'filter_policy.event.0'],
      ['half a comparison', filtered({ amount: [{ numeric: ['>'] }] }), 'filter_policy.amount.0.numeric'],
    ] as const
  ).map(([what, body, field]): [string, string, string, unknown, string] => [
    what,
    'POST',
    '/notify/topics/:topic/subscriptions',
    body,
    field,
  ]),
  ...(
    [
      ['no message', {}, 'message'],
      ['an empty message', { message: '' }, 'message'],
      ['a message over 262,144 bytes', { message: 'ö'.repeat(131_073) }, 'message'],
      ['attributes that are a list', { message: 'x', attributes: [] }, 'attributes'],
      ['eleven attributes', { message: 'x', attributes: tooMany }, 'attributes'],
      ['an attribute that is an object', { message: 'x', attributes: { a: {} } }, 'attributes.a'],
      ['an attribute over 1,024', { message: 'x', attributes: { a: long(1_025) } }, 'attributes.a'],
      ['an attribute that is null', { message: 'x', attributes: { a: null } }, 'attributes.a'],
    ] as const
  ).map(([what, body, field]): [string, string, string, unknown, string] => [
    what,
    'POST',
    '/notify/topics/:topic/publish',
    body,
    field,
  ]),
  ['nothing to change', 'PATCH', '/notify/subscriptions/:subscription', {}, 'body'],
  ['another endpoint', 'PATCH', '/notify/subscriptions/:subscription', { endpoint: 'x' }, 'endpoint'],
  ['a flag that is text', 'PATCH', '/notify/subscriptions/:subscription', { enabled: 'yes' }, 'enabled'],
];
