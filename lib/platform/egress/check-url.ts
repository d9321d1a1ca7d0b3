import { isIP } from 'node:net';
import { type EgressPolicy, forbidden } from './policy.ts';

/** Characters of a URL that a tenant may name: what servers and proxies commonly take. */
const maxUrlLength = 2_048;

/** What the URL parser would drop or rewrite without a word: no two programs need agree on a text that has them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const ambiguous = /[\u0000-\u0020\u007f\\]/;

const isLoopbackName = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/** The host without the brackets of an IPv6 address and without the dot that ends a full name. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/**
 * Reads a URL that a tenant named as a target. What can only be forbidden is refused here, for a 400 at creation; a name
 * that has to be resolved is judged at each call. The parser writes every spelling of an IPv4 address (octal, hexadecimal,
 * one number, full-width digits, percent-encoded) as four decimals before it is looked at.
 *
 * @returns `problem`: what is wrong, to stand after the name of the field
 */
export const checkUrl = (text: string, policy: EgressPolicy): { url: URL } | { problem: string } => {
  if (text.length > maxUrlLength) return { problem: `can have at most ${maxUrlLength} characters` };
  if (ambiguous.test(text)) return { problem: 'must not contain spaces, control characters or backslashes' };
  if (!/^https?:\/\/[^/]/i.test(text))
    return { problem: 'must be a URL that begins with http:// or https://' };
  const url = URL.parse(text);
  if (!url) return { problem: 'is not a valid URL' };
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?#]*@/.test(text))
    return { problem: 'must not contain a user name or password' };
  const host = hostOf(url);
  if (host.split('.').includes('')) return { problem: 'is not a valid URL' };
  if (isIP(host) !== 0) {
    const reason = forbidden(host, policy);
    return reason ? { problem: `names ${host}, which ${reason}` } : { url };
  }
  if (isLoopbackName(host) && !policy.allowLoopback) return { problem: 'names this machine' };
  return { url };
};
