import { randomUUID } from 'node:crypto';

/** Makes identifiers. Services are given one, so that tests and the simulator can name what will be made. */
export type NewId = () => string;

/** 12 bits after the version, which RFC 9562 (6.2, method 1) lets count within one millisecond. */
const counterSize = 4_096;

let lastTime = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562): a UUID on the wire, and sorted by creation time as a sort key; those of one process are strictly
 * ascending. Its 62 random bits are those of `randomUUID`, which keeps a stock of them: drawn for each id by itself they
 * cost more than a log line.
 */
export const newId: NewId = () => {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    // Begins in the lower half, so that there is room to count, and two processes seldom meet.
    counter = Math.floor((Math.random() * counterSize) / 2);
  } else if (++counter === counterSize) {
    lastTime++;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, '0');
  const count = counter.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${randomUUID().slice(19)}`;
};

const forms =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/**
 * The canonical lower-case form of an id in any form that contract 1.4 accepts (dashed, 32 hex digits,
 * `urn:uuid:`, in braces, any case), or `undefined` where the text is no UUID.
 */
export const parseId = (text: string): string | undefined => {
  const parts = forms.exec(text);
  if (!parts || text.startsWith('{') !== text.endsWith('}')) return undefined;
  return parts.slice(1).join('-').toLowerCase();
};

/** The creation time that a UUIDv7 carries, in milliseconds since the epoch. */
export const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
