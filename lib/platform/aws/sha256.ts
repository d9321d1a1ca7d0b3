import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto';

/** Node checks a key of bytes anew at each use, which costs more than the signature; the SDK keeps its signing keys, so we keep these. */
const keys = new WeakMap<ArrayBufferView, KeyObject>();

const keyOf = (secret: string | ArrayBuffer | ArrayBufferView): string | KeyObject => {
  if (typeof secret === 'string') return secret;
  if (!ArrayBuffer.isView(secret)) return createSecretKey(new Uint8Array(secret));
  const known = keys.get(secret);
  if (known) return known;
  const key = createSecretKey(secret as NodeJS.ArrayBufferView);
  keys.set(secret, key);
  return key;
};

/** SHA-256, and with a secret HMAC-SHA-256, as the SDK's signing asks for it. A digest is taken once. */
export class Sha256 {
  readonly #key: string | KeyObject | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = secret === undefined ? undefined : keyOf(secret);
    this.#hash = this.#begin();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key);
  }
}
