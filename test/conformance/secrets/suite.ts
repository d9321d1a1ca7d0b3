import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataKeys } from '../../../lib/services/secrets/backend.ts';
import { openValue, sealValue } from '../../../lib/services/secrets/envelope.ts';

/** A server with a symmetric key, reached through the platform's own adapter. */
export interface KeyCloud {
  keys: DataKeys;
  /** The same server, under a key that it does not have. */
  keysOfNobody: DataKeys;
  stop(): Promise<void>;
}

const context = { tenant: 'tenant', secret: 'secret', version: 1 };

/** What the secrets service needs of KMS, whoever plays it. */
export const secretsSuite = (name: string, start: () => Promise<KeyCloud>): void => {
  describe(`the keys of secrets on ${name}`, () => {
    let cloud: KeyCloud;
    beforeAll(async () => {
      cloud = await start();
    });
    afterAll(() => cloud?.stop());

    it('are 32 random bytes, and the same again when they are unwrapped', async () => {
      const [one, other] = [await cloud.keys.generate(context), await cloud.keys.generate(context)];
      expect(one.plaintext).toHaveLength(32);
      expect(Buffer.from(one.plaintext).equals(other.plaintext)).toBe(false);
      const unwrapped = await cloud.keys.unwrap(one.wrapped, context);
      expect(Buffer.from(unwrapped).equals(one.plaintext)).toBe(true);
      expect(Buffer.from(one.wrapped, 'base64').includes(Buffer.from(one.plaintext))).toBe(false);
    });

    it.each([
      ['tenant', { ...context, tenant: 'other' }],
      ['secret', { ...context, secret: 'other' }],
      ['version', { ...context, version: 2 }],
    ])('are not unwrapped for another %s', async (_, foreign) => {
      const { wrapped } = await cloud.keys.generate(context);
      await expect(cloud.keys.unwrap(wrapped, foreign)).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
    });

    it('seal and open a value', async () => {
      const sealed = await sealValue(cloud.keys, context, 'hunter2 🔑');
      expect(await openValue(cloud.keys, context, sealed)).toBe('hunter2 🔑');
    });

    it('are unavailable where the stage’s key is not there', async () => {
      await expect(cloud.keysOfNobody.generate(context)).rejects.toMatchObject({ type: 'UNAVAILABLE' });
    });
  });
};
