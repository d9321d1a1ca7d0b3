import { BlockList, isIPv6 } from 'node:net';
import { arnLike } from '../arn.ts';
import { globMatches } from '../glob.ts';

/** Compares one value of the request with one of the policy. */
export type Comparison = (actual: string, wanted: string) => boolean;

const ordered =
  (read: (text: string) => number, holds: (difference: number) => boolean): Comparison =>
  (actual, wanted) => {
    const difference = read(actual) - read(wanted);
    return !Number.isNaN(difference) && holds(difference);
  };

/** Epoch seconds or ISO 8601, in milliseconds. */
const instantOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const inRange: Comparison = (actual, wanted) => {
  const [address = '', bits] = wanted.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  return list.check(actual, isIPv6(actual) ? 'ipv6' : 'ipv4');
};

const relations: Record<string, (difference: number) => boolean> = {
  Equals: (difference) => difference === 0,
  LessThan: (difference) => difference < 0,
  LessThanEquals: (difference) => difference <= 0,
  GreaterThan: (difference) => difference > 0,
  GreaterThanEquals: (difference) => difference >= 0,
};

const family = (name: string, read: (text: string) => number): [string, Comparison][] =>
  Object.entries(relations).map(([relation, holds]) => [`${name}${relation}`, ordered(read, holds)]);

/**
 * IAM's condition operators, but for the negated ones, which follow from them, and `Null`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['StringEquals', (actual, wanted) => actual === wanted],
  ['StringEqualsIgnoreCase', (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()],
  ['StringLike', (actual, wanted) => globMatches(wanted, actual)],
  ['Bool', (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()],
  ['BinaryEquals', (actual, wanted) => actual === wanted],
  ['ArnEquals', (actual, wanted) => arnLike(wanted, actual)],
  ['ArnLike', (actual, wanted) => arnLike(wanted, actual)],
  ['IpAddress', inRange],
  ...family('Numeric', Number),
  ...family('Date', instantOf),
]);

/** Negated operator → the operator it negates. */
export const negations: ReadonlyMap<string, string> = new Map([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['ArnNotEquals', 'ArnEquals'],
  ['ArnNotLike', 'ArnLike'],
  ['NumericNotEquals', 'NumericEquals'],
  ['DateNotEquals', 'DateEquals'],
  ['NotIpAddress', 'IpAddress'],
]);
