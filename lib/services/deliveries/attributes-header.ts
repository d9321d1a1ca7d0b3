import { asciiJson } from '../../platform/ascii-json.ts';
import type { MessageAttributes } from '../topics/schema.ts';

/** Bytes of the header that carries attributes: many a server takes 8 KB of headers in all. */
export const maxAttributesBytes = 4_096;

/**
 * The attributes of a message as a header's value: JSON, every character beyond ASCII escaped.
 * @returns undefined where there are none, or more than fit
 */
export const attributesHeader = (attributes: MessageAttributes | undefined): string | undefined => {
  if (attributes === undefined || Object.keys(attributes).length === 0) return undefined;
  const text = asciiJson(attributes);
  return text.length <= maxAttributesBytes ? text : undefined;
};
