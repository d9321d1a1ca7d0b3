import { deserialize, serialize } from 'node:v8';

/**
 * How values travel between a function and the stand-ins: V8's structured clone, so that dates, byte arrays, bigints and
 * undefined arrive as what they were. Both ends run the same Node.
 */
export const contentType = 'application/x-v8-value';

/** @throws DataCloneError for what cannot be copied, such as a function or a stream */
export const encode = (value: unknown): Buffer => serialize(value);

export const decode = (bytes: Buffer): unknown => deserialize(bytes);
