import type * as z from 'zod/mini';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`);

const typeNames: Record<string, string> = {
  int: 'an integer',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  null: 'null',
};

const units: Record<string, string> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
};

const formats: Record<string, string> = {
  email: 'an e-mail address',
  guid: 'a UUID',
  uuid: 'a UUID',
  url: 'a URL',
  datetime: 'a time in RFC 3339',
  date: 'a date',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 range in CIDR notation',
};

const bound = (
  issue: RawIssue & { origin: string; exact?: boolean; inclusive?: boolean },
  words: [string, string],
  limit: unknown,
) => {
  const relation = issue.exact ? 'exactly' : issue.inclusive === false ? words[0] : words[1];
  const unit = units[issue.origin];
  return unit ? `must have ${relation} ${limit} ${unit}` : `must be ${relation} ${limit}`;
};

/**
 * Words for an issue that zod found, for people. zod/mini brings none; its own English is a locale module of the size of
 * all our schemas. What was sent is never repeated: it may be a secret. `undefined` keeps what the schema itself says.
 */
export const issueMessage = (issue: RawIssue): string | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return `must be ${typeNames[issue.expected] ?? article(issue.expected)}`;
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1 && !issue.exact)
        return 'must not be empty';
      return bound(issue, ['more than', 'at least'], issue.minimum);
    case 'too_big':
      return bound(issue, ['less than', 'at most'], issue.maximum);
    case 'invalid_format':
      if (issue.format === 'regex') return `must match ${issue.pattern}`;
      return `must be ${formats[issue.format] ?? `in the format ${issue.format}`}`;
    case 'invalid_value':
      if (issue.input === undefined) return 'is required';
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'has none of the forms that are allowed here';
    case 'invalid_key':
      return 'has a name that is not allowed';
    case 'unrecognized_keys':
      return 'is not a field that can be given here';
    default:
      return undefined;
  }
};
