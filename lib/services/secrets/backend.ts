/** What a key is bound to: it can't be unwrapped for anything else. */
export interface KeyContext {
  tenant: string;
  secret: string;
  version: number;
}

/** A key for one version of one secret. */
export interface DataKey {
  /** 32 bytes; to be forgotten after use. */
  plaintext: Uint8Array;
  /** The same key under the platform's own, as text: what is stored. */
  wrapped: string;
}

/** Where the keys of secrets come from. The platform's own key never leaves it. */
export interface DataKeys {
  /** @throws CloudError `UNAVAILABLE` where the service can't be reached or has had enough */
  generate(context: KeyContext, signal?: AbortSignal): Promise<DataKey>;
  /**
   * @returns the key's 32 bytes
   * @throws CloudError `UNAVAILABLE` as above; Error where the key was wrapped for another context, or changed
   */
  unwrap(wrapped: string, context: KeyContext, signal?: AbortSignal): Promise<Uint8Array>;
}
