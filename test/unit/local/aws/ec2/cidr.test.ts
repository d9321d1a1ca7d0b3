import { describe, expect, it } from 'vitest';
import { formatCidr, overlaps, parseAddress, parseCidr } from '../../../../../local/aws/ec2/rules/cidr.ts';

describe('a CIDR block', () => {
  it.each([
    ['10.0.0.0/16', '10.0.0.0/16', 65_536],
    ['10.0.3.7/24', '10.0.3.0/24', 256],
    ['255.255.255.255/32', '255.255.255.255/32', 1],
    ['200.1.2.3/0', '0.0.0.0/0', 2 ** 32],
  ])('%s is %s with %i addresses', (text, canonical, size) => {
    const block = parseCidr(text);
    expect(block && formatCidr(block)).toBe(canonical);
    expect(block?.size).toBe(size);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.0.0/8',
    '010.0.0.0/8',
    '256.0.0.0/8',
    ' 10.0.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '',
  ])('%j is none', (text) => expect(parseCidr(text)).toBeUndefined());

  it.each([
    ['10.0.0.0/24', '10.0.0.128/25', true],
    ['10.0.0.0/24', '10.0.1.0/24', false],
    ['0.0.0.0/0', '255.0.0.0/8', true],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    const [a, b] = [parseCidr(one), parseCidr(other)];
    expect(a && b && overlaps(a, b)).toBe(expected);
  });
});

it('an address is a number without a sign', () => {
  expect(parseAddress('255.255.255.255')).toBe(2 ** 32 - 1);
});
