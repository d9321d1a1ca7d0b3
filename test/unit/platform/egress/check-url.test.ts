import { describe, expect, it } from 'vitest';
import { checkUrl } from '../../../../lib/platform/egress/check-url.ts';
import { egressPolicy, isRange } from '../../../../lib/platform/egress/policy.ts';
import { allowedUrls, forbiddenUrls } from './corpus.ts';

const strict = egressPolicy({ ranges: [], allowLoopback: false });
const problemOf = (url: string, policy = strict): string | undefined => {
  const checked = checkUrl(url, policy);
  return 'problem' in checked ? checked.problem : undefined;
};

describe.each(Object.entries(forbiddenUrls))('a URL of %s', (_, urls) => {
  it.each(urls.map((url) => [url]))('is refused as %j', (url) => {
    expect(problemOf(url)).toMatch(/^(names|must|is|can have) /);
  });
});

describe('a URL of the public internet', () => {
  it.each(allowedUrls.map((url) => [url]))('is taken as %j', (url) => {
    expect(problemOf(url)).toBeUndefined();
  });
});

describe('what the operator opened', () => {
  const opened = egressPolicy({
    ranges: ['10.20.0.0/16', 'fd12:3456::/32', '0.0.0.0/0', '::/0'],
    allowLoopback: false,
  });

  it.each([
    ['http://10.20.3.4/', undefined],
    ['http://[::ffff:10.20.3.4]/', undefined],
    ['http://[fd12:3456::1]/', undefined],
    ['http://192.168.0.1/', undefined],
    ['http://169.254.169.254/', /machine or link/],
    ['http://[fd00:ec2::254]/', /machine or link/],
    ['http://127.0.0.1/', /machine or link/],
    ['http://localhost/', /names this machine/],
    ['http://[::1]/', /machine or link/],
    ['http://0.0.0.0/', /machine or link/],
    ['http://224.0.0.1/', /machine or link/],
  ])('holds for %s', (url, problem) => {
    if (problem) expect(problemOf(url, opened)).toMatch(problem);
    else expect(problemOf(url, opened)).toBeUndefined();
  });

  it('is a list of blocks, or an error that names what is none', () => {
    expect(isRange('10.20.0.0/16')).toBe(true);
    expect(isRange('10.20.0.0')).toBe(false);
    expect(isRange('10/8')).toBe(false);
    expect(() => egressPolicy({ ranges: ['10.0.0.0/8', 'ten'], allowLoopback: false })).toThrow(/^ten is no/);
  });
});

describe('on a laptop that allows it', () => {
  const local = egressPolicy({ ranges: [], allowLoopback: true });

  it.each(['http://127.0.0.1:3000/', 'http://localhost:3000/', 'http://[::1]:3000/', 'http://2130706433/'])(
    'this machine may be named as %s',
    (url) => {
      expect(problemOf(url, local)).toBeUndefined();
    },
  );

  it.each(['http://0.0.0.0/', 'http://169.254.169.254/', 'http://10.0.0.1/'])('but not %s', (url) => {
    expect(problemOf(url, local)).toBeDefined();
  });
});

it('has at least 120 forbidden spellings', () => {
  const all = Object.values(forbiddenUrls).flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(120);
});
