import { BlockList, isIP, isIPv6 } from 'node:net';

/** Whether one value of an event fits; arrays were already taken apart. */
export type ValueTest = (value: unknown) => boolean;

export class PatternError extends Error {
  override readonly name = 'InvalidEventPatternException';
}

const texts = (value: unknown, what: string): string[] => {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((one) => typeof one === 'string'))
    throw new PatternError(`${what} must be a string or a list of strings`);
  return list as string[];
};

const onText =
  (test: (text: string) => boolean): ValueTest =>
  (value) =>
    typeof value === 'string' && test(value);

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "a"}}`, and `suffix` alike. */
const affix =
  (what: 'prefix' | 'suffix', holds: (text: string, part: string) => boolean) =>
  (wanted: unknown): ValueTest => {
    if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
      const [part = ''] = texts((wanted as Record<string, unknown>)['equals-ignore-case'], what);
      return onText((text) => holds(text.toLowerCase(), part.toLowerCase()));
    }
    const parts = texts(wanted, what);
    return onText((text) => parts.some((part) => holds(text, part)));
  };

const prefix = affix('prefix', (text, part) => text.startsWith(part));
const suffix = affix('suffix', (text, part) => text.endsWith(part));

const equalsIgnoreCase = (wanted: unknown): ValueTest => {
  const parts = texts(wanted, 'equals-ignore-case').map((one) => one.toLowerCase());
  return onText((text) => parts.includes(text.toLowerCase()));
};

/** `*` is any run of characters; `\*` and `\\` mean themselves. */
const wildcard = (wanted: unknown): ValueTest => {
  const expressions = texts(wanted, 'wildcard').map((pattern) => {
    if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern)) throw new PatternError('consecutive wildcard characters');
    const source = pattern.replace(/\\([*\\])|([*])|[.+?^${}()|[\]\\]/g, (found, escaped, star) =>
      escaped ? `\\${escaped}` : star ? '.*' : `\\${found}`,
    );
    return new RegExp(`^${source}$`, 's');
  });
  return onText((text) => expressions.some((expression) => expression.test(text)));
};

const cidr = (wanted: unknown): ValueTest => {
  const list = new BlockList();
  for (const block of texts(wanted, 'cidr')) {
    const [address = '', bits = ''] = block.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (!isIP(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 'ipv6' ? 128 : 32))
      throw new PatternError(`${block} is no CIDR block`);
    list.addSubnet(address, Number(bits), family);
  }
  return onText((text) => isIP(text) !== 0 && list.check(text, isIPv6(text) ? 'ipv6' : 'ipv4'));
};

const relations = new Map<unknown, (value: number, bound: number) => boolean>([
  ['=', (value, bound) => value === bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
]);

/** EventBridge compares numbers within these bounds only. */
const maxNumber = 5e9;

const numeric = (wanted: unknown): ValueTest => {
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.length % 2 !== 0 || wanted.length > 4)
    throw new PatternError('numeric must be one or two pairs of operator and number');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < wanted.length; index += 2) {
    const holds = relations.get(wanted[index]);
    const bound: unknown = wanted[index + 1];
    if (!holds || typeof bound !== 'number' || Math.abs(bound) > maxNumber)
      throw new PatternError(`numeric does not know ${JSON.stringify(wanted.slice(index, index + 2))}`);
    tests.push((value) => holds(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
};

const anythingBut = (wanted: unknown): ValueTest => {
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
    const inner = comparison(wanted as Record<string, unknown>, [
      'prefix',
      'suffix',
      'equals-ignore-case',
      'wildcard',
    ]);
    return (value) => !inner(value);
  }
  const list: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  if (list.length === 0 || !list.every((one) => typeof one === 'string' || typeof one === 'number'))
    throw new PatternError('anything-but must be a string, a number, a list of them or a comparison');
  const excluded = new Set<unknown>(list);
  return (value) => !excluded.has(value);
};

const operators: Readonly<Record<string, (wanted: unknown) => ValueTest>> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
  cidr,
  numeric,
  'anything-but': anythingBut,
};

/**
 * Compiles a comparison such as `{"prefix": "EC2"}`; all but `exists`, which is about fields, not values.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 * @throws PatternError
 */
export const comparison = (
  pattern: Record<string, unknown>,
  allowed: readonly string[] = Object.keys(operators),
): ValueTest => {
  const [name, ...more] = Object.keys(pattern);
  const compile = name !== undefined && allowed.includes(name) ? operators[name] : undefined;
  if (!compile || more.length > 0)
    throw new PatternError(`unrecognized match type ${JSON.stringify(pattern)}`);
  return compile(pattern[name as string]);
};
