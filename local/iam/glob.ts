/** Stand for `*` and `?` that came out of a policy variable and mean themselves. */
export const literalStar = '\uE000';
export const literalQuestionMark = '\uE001';

const sourceOf = (pattern: string): string =>
  pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll(literalStar, '\\*')
    .replaceAll(literalQuestionMark, '\\?');

const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` is any run of characters, `?` any one. */
export const globMatches = (pattern: string, value: string, ignoreCase = false): boolean => {
  if (pattern === '*') return true;
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    expression = new RegExp(`^${sourceOf(pattern)}$`, ignoreCase ? 'is' : 's');
    compiled.set(key, expression);
  }
  return expression.test(value);
};
