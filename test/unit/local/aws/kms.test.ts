import { describe, expect, it } from 'vitest';
import { createKms } from '../../../../local/aws/kms/index.ts';
import type { DecryptOutput, EncryptOutput, GenerateDataKeyOutput } from '../../../../local/aws/kms/types.ts';
import { needsOf } from '../../../../local/iam/needs/index.ts';
import { call, caller, standInContext } from './context.ts';

const text = (value: string) => new TextEncoder().encode(value);

const open = () => {
  const context = standInContext();
  const kms = createKms(context);
  return { context, kms, key: kms.controls.createKey(caller) };
};

describe('KMS', () => {
  it.each(['id', 'arn', 'alias'])('encrypts and decrypts by %s, also after a restart', async (by) => {
    const { context, kms, key } = open();
    kms.controls.setAlias(caller, 'alias/cloud', key.id);
    const KeyId = { id: key.id, arn: key.arn, alias: 'alias/cloud' }[by];
    const { CiphertextBlob } = await call<EncryptOutput>(kms, 'Encrypt', {
      KeyId,
      Plaintext: text('secret'),
    });
    expect(Buffer.from(CiphertextBlob).includes('secret')).toBe(false);
    expect(await call<DecryptOutput>(createKms(context), 'Decrypt', { CiphertextBlob })).toEqual({
      Plaintext: text('secret'),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
  });

  it('binds the ciphertext to its encryption context', async () => {
    const { kms, key } = open();
    const sealed = { KeyId: key.id, Plaintext: text('x'), EncryptionContext: { a: '1', b: '2' } };
    const { CiphertextBlob } = await call<EncryptOutput>(kms, 'Encrypt', sealed);
    await call(kms, 'Decrypt', { CiphertextBlob, EncryptionContext: { b: '2', a: '1' } });
    for (const EncryptionContext of [undefined, { a: '1' }, { a: '1', b: '3' }])
      await expect(call(kms, 'Decrypt', { CiphertextBlob, EncryptionContext })).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
  });

  it('makes data keys', async () => {
    const { kms, key } = open();
    const made = await call<GenerateDataKeyOutput>(kms, 'GenerateDataKey', {
      KeyId: key.id,
      KeySpec: 'AES_256',
    });
    expect(made.Plaintext).toHaveLength(32);
    const opened = await call<DecryptOutput>(kms, 'Decrypt', { CiphertextBlob: made.CiphertextBlob });
    expect(opened.Plaintext).toEqual(made.Plaintext);
  });

  it('names the key of a blob for the check of permissions', async () => {
    const { kms, key } = open();
    const { CiphertextBlob } = await call<EncryptOutput>(kms, 'Encrypt', {
      KeyId: key.id,
      Plaintext: text('x'),
    });
    const decrypt = { client: 'KMSClient', command: 'DecryptCommand', input: { CiphertextBlob } };
    expect(needsOf(decrypt, caller)).toEqual([{ action: 'kms:Decrypt', resources: [key.arn], context: {} }]);
  });

  it.each<[string, string, (key: string, blob: Uint8Array) => object, string]>([
    ['an unknown key', 'Encrypt', () => ({ KeyId: 'none', Plaintext: text('x') }), 'NotFoundException'],
    [
      'an unknown alias',
      'Encrypt',
      () => ({ KeyId: 'alias/none', Plaintext: text('x') }),
      'NotFoundException',
    ],
    ['no plaintext', 'Encrypt', (KeyId) => ({ KeyId }), 'ValidationException'],
    [
      'a long plaintext',
      'Encrypt',
      (KeyId) => ({ KeyId, Plaintext: new Uint8Array(4097) }),
      'ValidationException',
    ],
    ['no size of a data key', 'GenerateDataKey', (KeyId) => ({ KeyId }), 'ValidationException'],
    [
      'a huge data key',
      'GenerateDataKey',
      (KeyId) => ({ KeyId, NumberOfBytes: 1025 }),
      'ValidationException',
    ],
    ['what is no ciphertext', 'Decrypt', () => ({ CiphertextBlob: text('x') }), 'InvalidCiphertextException'],
    [
      'a changed ciphertext',
      'Decrypt',
      (_, blob) => ({
        CiphertextBlob: blob.map((byte, index) => (index === blob.length - 1 ? byte ^ 1 : byte)),
      }),
      'InvalidCiphertextException',
    ],
    [
      'a cut ciphertext',
      'Decrypt',
      (_, blob) => ({ CiphertextBlob: blob.slice(0, 90) }),
      'InvalidCiphertextException',
    ],
  ])('refuses %s', async (_, operation, inputOf, name) => {
    const { kms, key } = open();
    const { CiphertextBlob } = await call<EncryptOutput>(kms, 'Encrypt', {
      KeyId: key.id,
      Plaintext: text('x'),
    });
    await expect(call(kms, operation, inputOf(key.id, CiphertextBlob))).rejects.toMatchObject({ name });
  });

  it('refuses to decrypt with another key than the one that was asked for, or a deleted one', async () => {
    const { kms, key } = open();
    const other = kms.controls.createKey(caller);
    const { CiphertextBlob } = await call<EncryptOutput>(kms, 'Encrypt', {
      KeyId: key.id,
      Plaintext: text('x'),
    });
    await expect(call(kms, 'Decrypt', { CiphertextBlob, KeyId: other.id })).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
    kms.controls.deleteKey(caller, key.id);
    await expect(call(kms, 'Decrypt', { CiphertextBlob })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
