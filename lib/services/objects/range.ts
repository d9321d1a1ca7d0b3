import { CloudError } from '../../platform/errors/index.ts';

/** First and last byte, from 0. */
export interface ByteRange {
  first: number;
  last: number;
}

const single = /^bytes=(?:(\d{1,16})-(\d{0,16})|-(\d{1,16}))$/;

/**
 * The part that a `Range` header asks for. What is none, or several, is not taken (RFC 9110, 14.2): the whole is answered.
 * @param size bytes of the whole
 * @throws CloudError `RANGE_NOT_SATISFIABLE`
 */
export const rangeOf = (header: string | undefined, size: number): ByteRange | undefined => {
  const [, from, to, suffix] = single.exec(header?.trim() ?? '') ?? [];
  if (from === undefined && suffix === undefined) return undefined;
  if (from !== undefined && to && Number(to) < Number(from)) return undefined;
  const first = from === undefined ? Math.max(0, size - Number(suffix)) : Number(from);
  const last = from === undefined || !to ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last || suffix === '0')
    throw new CloudError(
      'RANGE_NOT_SATISFIABLE',
      `the object has ${size} bytes; the range begins behind them`,
    );
  return { first, last };
};
