/** The bare address in `Name <someone@example.com>`, in lower case. */
export const addressOf = (text: string): string =>
  (text.match(/<([^<>]+)>\s*$/)?.[1] ?? text).trim().toLowerCase();

/** One `@`, something on both sides, a domain of letters, digits, dots and dashes; SES looks no closer either. */
export const isAddress = (text: string): boolean =>
  /^[^\s@<>]{1,64}@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(addressOf(text));
