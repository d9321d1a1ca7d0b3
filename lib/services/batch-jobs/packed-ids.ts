/** An id is 16 bytes: 22 characters of base64url instead of 36. */
const width = 22;

/** In the place of a launch that made no instance. */
const none = '-'.repeat(width);

/** @param id a UUID in its canonical form, or nothing */
export const packedId = (id: string | undefined): string =>
  id === undefined ? none : Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

export const packIds = (ids: readonly (string | undefined)[]): string => ids.map(packedId).join('');

export const unpackId = (packed: string, place: number): string | undefined => {
  const text = packed.slice(place * width, (place + 1) * width);
  if (text.length < width || text === none) return undefined;
  const hex = Buffer.from(text, 'base64url').toString('hex');
  return [8, 12, 16, 20].reduceRight((id, at) => `${id.slice(0, at)}-${id.slice(at)}`, hex);
};

export const unpackIds = (packed: string): string[] =>
  Array.from({ length: packed.length / width }, (_, place) => unpackId(packed, place) ?? '');
