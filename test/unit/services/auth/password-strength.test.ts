import { describe, expect, it } from 'vitest';
import { entropyBits, isStrong } from '../../../../lib/services/auth/password-strength.ts';

describe('password strength, by the rule of contract 2.1', () => {
  it.each([
    ['password123', 51.7],
    ['Passw0rd!', 54.6],
    ['password', 37.6],
    ['Test1234', 35.7],
    ['', 0],
    ['aaaaaaaa', 2 * Math.log2(26)],
    ['aabbccdd', 8 * Math.log2(26)],
    ['abcdefgh', 2 * Math.log2(26)],
    ['zyxwvut', 2 * Math.log2(26)],
    // `hgf` is a run of the keyboard, `edcba` one of the alphabet.
    ['hgfedcba', 4 * Math.log2(26)],
    ['qwertyuiop', 2 * Math.log2(26)],
    ['lkjhgfdsa', 2 * Math.log2(26)],
    ['zxcvbnmzxcvbnm', 4 * Math.log2(26)],
    ['9876543210', 2 * Math.log2(10)],
    ['12x34', 5 * Math.log2(36)],
    ['!@$&*', 5 * Math.log2(5)],
    ['_-., ', 5 * Math.log2(5)],
    ['"#%', 3 * Math.log2(22)],
    ['`', Math.log2(1)],
    ['äöü', 3 * Math.log2(3)],
    ['aä', 2 * Math.log2(27)],
    ['🙂🙃🙂', 3 * Math.log2(2)],
    ['ABCx', 4 * Math.log2(52)],
  ])('%j has %f bits', (password, bits) => {
    expect(entropyBits(password)).toBeCloseTo(bits, 1);
  });

  it.each([
    ['password123', true],
    ['Passw0rd!', true],
    ['password', false],
    ['Test1234', false],
    ['12345678901234567890', false],
    ['correct horse battery', true],
  ])('%j passes: %s', (password, passes) => {
    expect(isStrong(password)).toBe(passes);
  });
});
