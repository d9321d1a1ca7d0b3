/** Where the bytes of one version lie. */
export interface Blob {
  tenant: string;
  /** The version's id. */
  id: string;
}

/** What is known of bytes that are there. */
export interface BlobFacts {
  size: number;
  etag: string;
}

export interface Part {
  part_number: number;
  etag: string;
}

/** Why an upload in parts can not be completed as asked: the caller's to mend. */
export class PartsRefused extends Error {
  override readonly name = 'PartsRefused';
}

/** A URL that anybody may use until it ends, and the headers that must go with it. */
export interface Signed {
  url: string;
  headers: Record<string, string>;
}

/** How a download is named and typed when it comes straight from where the bytes lie. */
export interface Dressing {
  contentType: string;
  contentDisposition: string;
}

/** Where bytes are kept: written once, read often, deleted once. Every call may be repeated. */
export interface BlobStore {
  put(blob: Blob, body: Uint8Array, signal: AbortSignal): Promise<BlobFacts>;
  /** Copies bytes that are there, with none of them passing through us. @returns undefined where there are none */
  copy(from: Blob, to: Blob, signal: AbortSignal): Promise<Pick<BlobFacts, 'etag'> | undefined>;
  /** @param range first and last byte; left out, all */
  read(
    blob: Blob,
    range: { first: number; last: number } | undefined,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
  /** @returns undefined where nothing is there */
  facts(blob: Blob, signal: AbortSignal): Promise<BlobFacts | undefined>;
  delete(blob: Blob, signal: AbortSignal): Promise<void>;

  /** @returns the name of the upload by which its parts are given */
  beginParts(blob: Blob, signal: AbortSignal): Promise<string>;
  /** Puts the parts together; done before, it does nothing. @throws PartsRefused */
  completeParts(blob: Blob, upload: string, parts: readonly Part[], signal: AbortSignal): Promise<void>;
  /** Ends an upload that nobody wants; ended before, it does nothing. */
  abortParts(blob: Blob, upload: string, signal: AbortSignal): Promise<void>;

  /** For the one PUT of exactly `size` bytes, which never writes over what is there. */
  signPut(blob: Blob, size: number, seconds: number): Promise<Signed>;
  signPart(
    blob: Blob,
    upload: string,
    part: { number: number; size: number },
    seconds: number,
  ): Promise<Signed>;
  signGet(blob: Blob, dressing: Dressing, seconds: number): Promise<string>;
}
