import { maxLogBytes } from './limits.ts';

/** Control characters but tab, line feed and carriage return: each would be six bytes of JSON. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unprintable = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/**
 * Logs as they are kept: valid text, at most `maxLogBytes` bytes, of long ones the end, below a line that says what is
 * left out.
 */
export const keptLogs = (logs: string): string => {
  const text = logs.toWellFormed().replaceAll(unprintable, '\u{fffd}');
  const bytes = Buffer.from(text);
  if (bytes.length <= maxLogBytes) return text;
  const room = maxLogBytes - 64;
  let start = bytes.length - room;
  // Not within a character of several bytes.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return `[${start} bytes left out]\n${bytes.subarray(start).toString('utf8')}`;
};
