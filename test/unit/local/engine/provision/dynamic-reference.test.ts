import { expect, it } from 'vitest';
import { dynamicReference } from '../../../../../local/engine/provision/dynamic-reference.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:origin-AbCdEf';
const secrets = new Map([
  [arn, 'whole'],
  ['origin', 'whole'],
  ['json', '{"user":"u"}'],
]);
const parameters = new Map([['/a/b', 'value']]);

it.each([
  ['a secret by ARN', `secretsmanager:${arn}:SecretString:::`, 'whole'],
  ['a secret by ARN alone', `secretsmanager:${arn}`, 'whole'],
  ['a secret by name', 'secretsmanager:origin:SecretString', 'whole'],
  ['a key of a secret', 'secretsmanager:json:SecretString:user::', 'u'],
  ['a parameter', 'ssm:/a/b', 'value'],
  ['a parameter’s version', 'ssm:/a/b:1', 'value'],
])('finds %s', (_, reference, expected) => {
  expect(dynamicReference(reference, secrets, parameters)).toBe(expected);
});

it.each(['secretsmanager:gone:SecretString', 'ssm:/gone'])('refuses %s', (reference) => {
  expect(() => dynamicReference(reference, secrets, parameters)).toThrow(reference);
});
