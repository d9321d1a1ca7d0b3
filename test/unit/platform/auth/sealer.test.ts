import { describe, expect, it } from 'vitest';
import { createSealer } from '../../../../lib/platform/auth/sealer.ts';

const secret = (text: string) => ({ read: async () => text });
const sealer = createSealer(secret('a'.repeat(64)), 'one');

describe('a sealer', () => {
  it.each(['', 'text', 'Grüße 🙂', 'x'.repeat(100_000)])('opens what it sealed', async (text) => {
    expect(await sealer.open(await sealer.seal(text))).toBe(text);
  });

  it('seals the same text differently each time, and not readably', async () => {
    const [first, second] = [await sealer.seal('a secret'), await sealer.seal('a secret')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64url').toString()).not.toContain('a secret');
  });

  it.each([
    ['another purpose', createSealer(secret('a'.repeat(64)), 'two')],
    ['another secret', createSealer(secret('b'.repeat(64)), 'one')],
  ])('opens nothing of %s', async (_, other) => {
    await expect(other.open(await sealer.seal('text'))).rejects.toThrow();
  });

  it.each([
    ['a changed byte', (sealed: string) => `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`],
    ['a cut', (sealed: string) => sealed.slice(0, 20)],
    [
      'a tag that was cut short',
      (sealed: string) =>
        `v1.${Buffer.from(sealed.slice(3), 'base64url').subarray(0, 16).toString('base64url')}`,
    ],
    ['another version', (sealed: string) => sealed.replace('v1.', 'v2.')],
    ['nothing', () => ''],
  ])('refuses %s', async (_, change) => {
    await expect(sealer.open(change(await sealer.seal('some text')))).rejects.toThrow();
  });
});
