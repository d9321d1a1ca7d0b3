import type { IncomingMessage } from 'node:http';
import { EgressError } from './egress-error.ts';

/** A whole body of at most `maxBytes`. @throws EgressError `too_large` as soon as it is longer */
export const readCapped = async (incoming: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const tooLarge = () => new EgressError('too_large', `the answer has more than ${maxBytes} bytes`);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
