// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like template strings
import { describe, expect, it } from 'vitest';
import { compileConditions } from '../../../../local/iam/conditions/condition.ts';
import type { OneOrMore } from '../../../../local/iam/policy.ts';
import type { ConditionContext } from '../../../../local/iam/request.ts';

const holds = (
  operator: string,
  key: string,
  wanted: OneOrMore<string | number | boolean>,
  context: ConditionContext,
) =>
  compileConditions({ Effect: 'Allow', Condition: { [operator]: { [key]: wanted } } }).every((one) =>
    one.holds(context),
  );

type Values = OneOrMore<string | number | boolean>;
type Actual = string | string[] | undefined;

describe('condition operators', () => {
  it.each<[string, Values, Actual, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'RunInstances', 'runinstances', true],
    ['StringNotEqualsIgnoreCase', 'RunInstances', 'runinstances', false],
    ['StringLike', 'Run*', 'RunInstances', true],
    ['StringLike', 'Run?', 'RunInstances', false],
    ['StringNotLike', 'Run*', 'RunInstances', false],
    ['StringNotLike', 'Run*', 'StopInstances', true],
    ['NumericEquals', 5, '5.0', true],
    ['NumericNotEquals', 5, '6', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericEquals', '10', 'ten', false],
    ['DateLessThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['DateGreaterThanEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['Bool', true, 'true', true],
    ['Bool', 'false', 'true', false],
    ['Bool', 'true', undefined, false],
    ['BoolIfExists', 'true', undefined, true],
    ['Null', 'true', undefined, true],
    ['Null', true, 'x', false],
    ['Null', 'false', 'x', true],
    ['Null', 'false', undefined, false],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['IpAddress', '10.0.0.0/8', '11.1.2.3', false],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['NotIpAddress', '10.0.0.0/8', '11.1.2.3', true],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['ArnEquals', 'arn:aws:sns:*:*:a', 'arn:aws:sns:us-east-1:1:a', true],
    ['ArnLike', 'arn:aws:sns:*:*:a', 'arn:aws:sns:us-east-1:1:b', false],
    ['ArnNotLike', 'arn:aws:sns:*:*:a', 'arn:aws:sns:us-east-1:1:b', true],
    ['ArnNotEquals', 'arn:aws:sns:*:*:a', 'arn:aws:sns:us-east-1:1:a', false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a', 'b'], undefined, true],
    ['ForAllValues:StringEquals', ['a', 'b'], [], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], undefined, false],
    ['ForAnyValue:StringLike', 'T#*', ['T#1#INSTANCE'], true],
    ['ForAllValues:StringLike', 'T#1#*', ['T#1#INSTANCE', 'T#2#INSTANCE'], false],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', ['a'], ['a'], false],
  ])('%s %j on %j: %s', (operator, wanted, actual, expected) => {
    expect(holds(operator, 'aws:Key', wanted, actual === undefined ? {} : { 'aws:key': actual })).toBe(
      expected,
    );
  });

  it('finds keys whatever their case', () => {
    expect(
      holds('StringEquals', 'EC2:CreateAction', 'RunInstances', { 'ec2:createaction': 'RunInstances' }),
    ).toBe(true);
  });

  it('wants all keys and all operators to hold', () => {
    const conditions = compileConditions({
      Effect: 'Allow',
      Condition: { StringEquals: { 'a:x': '1', 'a:y': '2' }, Bool: { 'a:z': 'true' } },
    });
    const all = (context: ConditionContext) => conditions.every((one) => one.holds(context));
    expect(all({ 'a:x': '1', 'a:y': '2', 'a:z': 'true' })).toBe(true);
    expect(all({ 'a:x': '1', 'a:y': '3', 'a:z': 'true' })).toBe(false);
    expect(all({ 'a:x': '1', 'a:y': '2', 'a:z': 'false' })).toBe(false);
  });

  it('puts the request’s values in the place of variables', () => {
    const context = { 'aws:principaltag/tenant': 't1', 'dynamodb:leadingkeys': ['T#t1#INSTANCE'] };
    expect(
      holds('ForAllValues:StringLike', 'dynamodb:LeadingKeys', 'T#${aws:PrincipalTag/tenant}#*', context),
    ).toBe(true);
    expect(
      holds('ForAllValues:StringLike', 'dynamodb:LeadingKeys', 'T#${aws:PrincipalTag/other}#*', context),
    ).toBe(false);
    expect(
      holds(
        'ForAllValues:StringLike',
        'dynamodb:LeadingKeys',
        "T#${aws:PrincipalTag/other, 't1'}#*",
        context,
      ),
    ).toBe(true);
    expect(holds('StringLike', 'a:b', '${*}', { 'a:b': '*' })).toBe(true);
    expect(holds('StringLike', 'a:b', '${*}', { 'a:b': 'x' })).toBe(false);
  });

  it('refuses an operator that does not exist', () => {
    expect(() => holds('StringAlmost', 'a:b', 'x', {})).toThrow('MalformedPolicyDocument');
  });
});
