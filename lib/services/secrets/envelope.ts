import { FlattenedEncrypt, flattenedDecrypt } from 'jose';
import type { DataKeys, KeyContext } from './backend.ts';
import type { SealedValue } from './sealed-value.ts';

const algorithms = { alg: 'dir', enc: 'A256GCM' } as const;

/** Not stored: whoever opens a value says whose it must be. */
const additionalData = ({ tenant, secret, version }: KeyContext): Uint8Array =>
  Buffer.from(JSON.stringify([tenant, secret, version]));

/**
 * Seals a value under a fresh key: AES-256-GCM (a JWE, RFC 7516) with tenant, secret and version as additional data, which
 * the wrapped key is bound to as well. So neither a value nor a key that is moved to another place opens there.
 * @throws CloudError `UNAVAILABLE` where no key can be had
 */
export const sealValue = async (
  keys: DataKeys,
  context: KeyContext,
  value: string,
  signal?: AbortSignal,
): Promise<SealedValue> => {
  const { plaintext, wrapped } = await keys.generate(context, signal);
  try {
    const jwe = await new FlattenedEncrypt(Buffer.from(value))
      .setProtectedHeader(algorithms)
      .setAdditionalAuthenticatedData(additionalData(context))
      .encrypt(plaintext);
    return {
      ciphertext: [jwe.protected, '', jwe.iv, jwe.ciphertext, jwe.tag].join('.'),
      data_key: wrapped,
    };
  } finally {
    plaintext.fill(0);
  }
};

/**
 * @throws CloudError `UNAVAILABLE` where the key can't be unwrapped now; Error where value or key belong elsewhere or
 * were changed
 */
export const openValue = async (
  keys: DataKeys,
  context: KeyContext,
  { ciphertext, data_key }: SealedValue,
  signal?: AbortSignal,
): Promise<string> => {
  const [header, , iv, body, tag] = ciphertext.split('.');
  if (!header || !iv || body === undefined || !tag) throw new Error('not a sealed value');
  const key = await keys.unwrap(data_key, context, signal);
  try {
    const { plaintext } = await flattenedDecrypt(
      {
        protected: header,
        iv,
        ciphertext: body,
        tag,
        aad: Buffer.from(additionalData(context)).toString('base64url'),
      },
      key,
      { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    );
    return Buffer.from(plaintext).toString('utf8');
  } finally {
    key.fill(0);
  }
};
