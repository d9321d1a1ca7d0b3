import { describe, expect, it } from 'vitest';
import { arnFields, arnLike, resourceMatches } from '../../../../local/iam/arn.ts';
import { globMatches } from '../../../../local/iam/glob.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/record';

describe('wildcards', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['a*', 'abc', true],
    ['a*', 'ba', false],
    ['a*c', 'abbbc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['a+(b)[c]', 'a+(b)[c]', true],
    ['ABC', 'abc', false],
    ['a*', 'a\nb', true],
  ])('%j against %j is %s', (pattern, value, expected) => {
    expect(globMatches(pattern, value)).toBe(expected);
  });

  it('ignores case only where asked to', () => {
    expect(globMatches('EC2:Run*', 'ec2:RunInstances', true)).toBe(true);
    expect(globMatches('EC2:Run*', 'ec2:RunInstances')).toBe(false);
  });
});

describe('resources', () => {
  it('keeps the colons of an ARN’s last field', () => {
    expect(arnFields('arn:aws:logs:us-east-1:1:log-group:/a:*')).toEqual([
      'arn',
      'aws',
      'logs',
      'us-east-1',
      '1',
      'log-group:/a:*',
    ]);
  });

  it.each([
    ['*', table, true],
    ['*', '*', true],
    [table, table, true],
    [`${table}/index/*`, table, false],
    [`${table}/index/*`, `${table}/index/slim`, true],
    [`${table}*`, `${table}/index/slim`, true],
    ['arn:aws:dynamodb:*:*:table/record', table, true],
    ['arn:aws:dynamodb:*:*:table/rec?rd', table, true],
    ['arn:*:table/record', table, false],
    ['arn:aws:dynamodb:us-*:000000000000:*', table, true],
    ['arn:aws:dynamodb:eu-west-1:000000000000:table/record', table, false],
    ['arn:aws:sqs:*:*:*', table, false],
    ['arn:aws:dynamodb', table, true],
    [table.toUpperCase(), table, false],
    ['arn:aws:ec2:*:*:instance/*', 'arn:aws:ec2:us-east-1:000000000000:instance/*', true],
    ['arn:aws:ec2:*::image/*', 'arn:aws:ec2:us-east-1::image/ami-1', true],
    ['arn:aws:ec2:*:000000000000:image/*', 'arn:aws:ec2:us-east-1::image/ami-1', false],
    ['arn:aws:cloudwatch:*:*:*', '*', false],
  ])('%s covers %s: %s', (pattern, resource, expected) => {
    expect(resourceMatches(pattern, resource)).toBe(expected);
  });

  it('wants all fields of an ARN condition', () => {
    expect(arnLike('arn:aws:dynamodb', table)).toBe(false);
    expect(arnLike('arn:aws:dynamodb:*:*:table/*', table)).toBe(true);
  });
});
