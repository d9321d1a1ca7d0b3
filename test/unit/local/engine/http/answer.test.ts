import { expect, it } from 'vitest';
import { toAnswer } from '../../../../../local/engine/http/answer.ts';

it.each([
  ['an object without a status', { a: 1 }, 200, { 'content-type': 'application/json' }, '{"a":1}'],
  ['a string', 'hi', 200, { 'content-type': 'application/json' }, 'hi'],
  ['a status alone', { statusCode: 204 }, 204, {}, ''],
  [
    'a body without a type',
    { statusCode: 200, body: 'x' },
    200,
    { 'content-type': 'text/plain;charset=utf-8' },
    'x',
  ],
  ['headers', { statusCode: 200, headers: { 'X-A': 1 }, body: '' }, 200, { 'x-a': '1' }, ''],
  ['cookies', { statusCode: 200, cookies: ['a=1', 'b=2'] }, 200, { 'set-cookie': ['a=1', 'b=2'] }, ''],
  ['headers of format 1.0', { statusCode: 200, multiValueHeaders: { a: ['1'] } }, 200, {}, ''],
  [
    'a status that is none',
    { statusCode: 'x' },
    500,
    { 'content-type': 'application/json' },
    '{"message":"Internal Server Error"}',
  ],
])('maps %s', (_, result, statusCode, headers, body) => {
  const answer = toAnswer(result);
  expect({ ...answer, body: answer.body.toString() }).toEqual({ statusCode, headers, body });
});

it('passes binary bodies through untouched', () => {
  const bytes = Buffer.from([0x1f, 0x8b, 0, 255]);
  const answer = toAnswer({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true });
  expect(answer.body).toEqual(bytes);
});
