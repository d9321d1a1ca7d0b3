import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openValue, sealValue } from '../../../../lib/services/secrets/envelope.ts';
import { maxValueBytes } from '../../../../lib/services/secrets/schema.ts';
import type { SealedValue } from '../../../../lib/services/secrets/sealed-value.ts';
import { type Kms, startKms } from './harness.ts';

let kms: Kms;
beforeAll(async () => {
  kms = await startKms();
});
afterAll(() => kms?.stop());

const context = { tenant: 'tenant', secret: 'secret', version: 1 };

describe('a sealed value', () => {
  it.each([
    ['a word', 'hunter2'],
    ['every Latin-1 character but NUL', String.fromCharCode(...Array.from({ length: 255 }, (_, i) => i + 1))],
    ['what is beyond the basic plane', '𝔰𝔢𝔠𝔯𝔢𝔱 🔑 e\u0301'],
    ['line ends and dots', 'a.b.c\r\n\n'],
    ['as much as a secret may hold', 'ü'.repeat(maxValueBytes / 2)],
  ])('is opened as it was: %s', async (_, value) => {
    const sealed = await sealValue(kms.keys, context, value);
    expect(await openValue(kms.keys, context, sealed)).toBe(value);
  });

  it('shows nothing of the value, and is another one each time', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => sealValue(kms.keys, context, 'hunter2-canary')));
    for (const text of ['hunter2', Buffer.from('hunter2').toString('base64url'), 'tenant'])
      expect(JSON.stringify(one)).not.toContain(text);
    expect(one?.ciphertext).not.toBe(other?.ciphertext);
    expect(one?.data_key).not.toBe(other?.data_key);
  });

  it('is AES-256-GCM as RFC 7516 has it, under a key of its own that KMS has made', async () => {
    kms.calls.length = 0;
    const { ciphertext } = await sealValue(kms.keys, context, 'hunter2');
    const [header = '', key, iv = '', body = '', tag = ''] = ciphertext.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'dir', enc: 'A256GCM' });
    expect(key).toBe('');
    expect([iv, body, tag].map((part) => Buffer.from(part, 'base64url').length)).toEqual([12, 7, 16]);
    expect(kms.calls).toEqual(['GenerateDataKey']);
  });

  it.each([
    ['tenant', { ...context, tenant: 'other' }],
    ['secret', { ...context, secret: 'other' }],
    ['version', { ...context, version: 2 }],
  ])('is not opened as that of another %s: KMS refuses the key', async (_, foreign) => {
    const sealed = await sealValue(kms.keys, context, 'hunter2');
    await expect(openValue(kms.keys, foreign, sealed)).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  it.each([
    ['tenant', { ...context, tenant: 'other' }],
    ['secret', { ...context, secret: 'other' }],
    ['version', { ...context, version: 2 }],
  ])('is not opened as that of another %s, even where the key is had', async (_, foreign) => {
    const key = new Uint8Array(32).fill(7);
    const careless = {
      generate: async () => ({ plaintext: key.slice(), wrapped: '' }),
      unwrap: async () => key.slice(),
    };
    const sealed = await sealValue(careless, context, 'hunter2');
    expect(await openValue(careless, context, sealed)).toBe('hunter2');
    await expect(openValue(careless, foreign, sealed)).rejects.toMatchObject({
      code: 'ERR_JWE_DECRYPTION_FAILED',
    });
  });

  it('is not opened where any part of it was changed', async () => {
    const sealed = await sealValue(kms.keys, context, 'hunter2');
    const flipped = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    const parts = sealed.ciphertext.split('.');
    const changed: SealedValue[] = [0, 2, 3, 4].map((index) => ({
      ...sealed,
      ciphertext: parts.map((part, at) => (at === index ? flipped(part) : part)).join('.'),
    }));
    changed.push(
      { ...sealed, data_key: flipped(sealed.data_key) },
      { ...sealed, ciphertext: 'not sealed' },
      { ...sealed, ciphertext: '' },
    );
    for (const one of changed) await expect(openValue(kms.keys, context, one)).rejects.toThrow();
  });

  it('forgets its key when it is done, also when that failed', async () => {
    const given: Uint8Array[] = [];
    const keep = (key: Uint8Array) => {
      given.push(key);
      return key;
    };
    const watched = {
      generate: async (...parameters: Parameters<typeof kms.keys.generate>) => {
        const made = await kms.keys.generate(...parameters);
        return { ...made, plaintext: keep(made.plaintext) };
      },
      unwrap: async (...parameters: Parameters<typeof kms.keys.unwrap>) =>
        keep(await kms.keys.unwrap(...parameters)),
    };
    const sealed = await sealValue(watched, context, 'hunter2');
    await openValue(watched, context, sealed);
    const [header, key, iv, , tag] = sealed.ciphertext.split('.');
    const spoilt = { ...sealed, ciphertext: [header, key, iv, 'AAAA', tag].join('.') };
    await expect(openValue(watched, context, spoilt)).rejects.toThrow();
    expect(given.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true, true]);
  });
});

describe('the key of secrets', () => {
  it('that is not there makes secrets unavailable, which a repeat may cure', async () => {
    const other = await startKms();
    const sealed = await sealValue(other.keys, context, 'hunter2');
    other.deleteKey();
    const unavailable = { type: 'UNAVAILABLE' };
    await expect(sealValue(other.keys, context, 'x')).rejects.toMatchObject(unavailable);
    await expect(openValue(other.keys, context, sealed)).rejects.toMatchObject(unavailable);
    await other.stop();
  });
});
