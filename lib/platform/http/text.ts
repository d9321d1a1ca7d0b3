import type { Issue } from '../errors/index.ts';

/** Levels of nesting that a JSON body may have. */
const maxDepth = 32;

/** Why text can't be taken: it would break a key, a log line or an answer. */
export const unsafeText = (text: string): string | undefined => {
  if (text.includes('\0')) return 'must not contain NUL characters';
  if (!text.isWellFormed()) return 'must be well-formed Unicode';
  return undefined;
};

/** Names that reach an object's prototype when a careless merge meets them. */
const isPolluting = (key: string, value: unknown): boolean =>
  key === '__proto__' ||
  (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype'));

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Everything in a parsed JSON value that is refused whatever the schema says, each with its path. */
export const unsafeParts = (value: unknown, path = '', depth = 0, found: Issue[] = []): Issue[] => {
  if (typeof value === 'string') {
    const reason = unsafeText(value);
    if (reason) found.push({ path, message: reason });
    return found;
  }
  if (typeof value !== 'object' || value === null) return found;
  if (depth >= maxDepth) {
    found.push({ path, message: `must not be nested more than ${maxDepth} levels deep` });
    return found;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) unsafeParts(value[i], below(path, String(i)), depth + 1, found);
    return found;
  }
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    const reason = unsafeText(key);
    if (reason) found.push({ path, message: `names ${reason}` });
    else if (isPolluting(key, inner))
      found.push({ path: below(path, key), message: 'is not an allowed name' });
    else unsafeParts(inner, below(path, key), depth + 1, found);
  }
  return found;
};
