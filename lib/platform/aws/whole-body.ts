import type { Readable } from 'node:stream';

/** As Node says of a connection that ended too early, so that it is tried again. */
const cutOff = () =>
  Object.assign(new Error('the connection ended within an answer'), { code: 'ECONNRESET' });

/**
 * All bytes of an answer, for the SDK. Its own collector also takes what browsers stream, and loads Node's copy of that to
 * find out that this is none.
 */
export const wholeBody = (stream: Readable): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', reject);
    stream.on('close', () => {
      if (!stream.readableEnded) reject(cutOff());
    });
  });
