/** Characters of a token (RFC 9110, 5.6.2): such a name needs no quotes. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

/**
 * The `Content-Disposition` of a download: always an attachment, so that no browser runs what a tenant has stored. A plain key
 * stands there as the contract has it; of others the last part, in both forms of RFC 6266.
 */
export const dispositionOf = (key: string): string => {
  if (token.test(key)) return `attachment; filename=${key}`;
  const name = key.split(/[/\\]/).filter(Boolean).at(-1) ?? 'object';
  const ascii = name.replaceAll(/[^ -~]|["\\%]/gu, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${percentEncoded(name)}`;
};
