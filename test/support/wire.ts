import { expect } from 'vitest';
import { catalogue } from '../../lib/platform/errors/index.ts';
import { statusOf } from '../../lib/platform/http/status.ts';
import type { Answer } from './api-client.ts';

/** Headers that contract 1.1 wants on every answer. */
const everywhere: Record<string, string> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
  'access-control-allow-credentials': 'true',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '1; mode=block',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'content-security-policy': "default-src 'self'",
};

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The headers of contract 1.1, which no answer lacks. */
export const expectHeaders = (answer: Answer): void => {
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject(everywhere);
  expect(headers['access-control-allow-headers']).toMatch(/x-api-key.*Idempotency-Key.*X-Request-ID/);
  expect(headers['access-control-expose-headers']).toContain('Content-Length');
  expect(headers['x-request-id']).toMatch(/\S/);
};

/** The error envelope of contract 1.2, with the status that its type has. */
export const expectError = (answer: Answer): void => {
  expectHeaders(answer);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { error, meta } = answer.body;
  expect(Object.keys(answer.body).sort()).toEqual(['error', 'meta']);
  expect(error.code).toBe(error.type);
  expect(error.message).toMatch(/\S/);
  expect(statusOf[catalogue[error.type as keyof typeof catalogue]]).toBe(answer.status);
  expect(meta).toEqual({
    request_id: answer.headers.get('idempotent-replayed')
      ? expect.any(String)
      : answer.headers.get('x-request-id'),
    timestamp: expect.stringMatching(timestamp),
  });
};

/** The success envelope of contract 1.2. */
export const expectEnvelope = (answer: Answer): void => {
  expectHeaders(answer);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(Object.keys(answer.body).sort()).toEqual(['data', 'meta']);
  expect(answer.body.meta.timestamp).toMatch(timestamp);
};

/** Paths that an error's details name. */
export const namedBy = (answer: Answer): string[] =>
  (answer.body?.error?.details ?? []).map(({ path }: { path: string }) => path);
