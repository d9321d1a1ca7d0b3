import * as z from 'zod/mini';

/** What the contract's reference says of every object. */
export const unknownType = 'application/octet-stream';

const token = "[\\w!#$%&'*+.^`|~-]+";
const mediaType = new RegExp(
  `^${token}/${token}(?:\\s*;\\s*${token}=(?:${token}|"[\\x20\\x21\\x23-\\x7e]*"))*$`,
);

/** A media type as a header holds it (RFC 9110, 8.3.1). */
export const MediaType = z
  .string()
  .check(z.maxLength(255), z.regex(mediaType, 'must be a media type, for example image/png'));

/** What clients say of bytes that they have not looked at: curl's default. */
const saysNothing = new Set(['application/x-www-form-urlencoded']);

/**
 * The type that an upload is kept with: the one it was sent with. The Go SDK calls every file `application/json`, and curl
 * calls its own a form; both mean nothing by it.
 */
export const typeOf = (sent: string | undefined, userAgent: string): string => {
  const plain = sent?.split(';', 1)[0]?.trim().toLowerCase();
  if (!sent || plain === undefined || saysNothing.has(plain)) return unknownType;
  return plain === 'application/json' && userAgent.startsWith('go-resty/') ? unknownType : sent;
};
