import type { HeaderList } from '../../platform/egress/egress.ts';

/** The statuses with which an endpoint may say when to come back. RFC 9110, 15.6.4; RFC 6585, 4. */
const statuses = new Set([429, 503]);

/** `Tue, 15 Nov 1994 08:12:31 GMT`, the one form of a date that RFC 9110, 5.6.7, lets be sent. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * When an endpoint wants the next attempt at the earliest, by its `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
 * @param now milliseconds since the epoch, as is the result
 * @returns undefined where it does not say, or nothing that can be read
 */
export const retryAfter = (status: number, headers: HeaderList, now: number): number | undefined => {
  if (!statuses.has(status)) return undefined;
  const value = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1].trim() ?? '';
  if (/^\d{1,10}$/.test(value)) return now + Number(value) * 1_000;
  const at = httpDate.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};
