import { v7 } from 'uuid';

/** Makes identifiers. Services are given one, so that tests and the simulator can name what will be made. */
export type NewId = () => string;

/** A UUIDv7 (RFC 9562): a UUID on the wire, and sorted by creation time as a sort key. */
export const newId: NewId = () => v7();

const forms = /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

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
