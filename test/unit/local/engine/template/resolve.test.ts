// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the notation of Fn::Sub
import { describe, expect, it } from 'vitest';
import { resolve } from '../../../../../local/engine/template/resolve.ts';
import { scopeWith } from './scope-fixture.ts';

const template = {
  Mappings: { Sizes: { local: { memory: '128' } } },
  Conditions: {
    IsLocal: { 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] },
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsLocal' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsLocal' }] },
    NotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
  },
};

describe('resolve gives what CloudFormation would', () => {
  it.each([
    ['a Ref to a resource', { Ref: 'Queue' }, 'http://queue'],
    ['a Ref to a parameter', { Ref: 'Stage' }, 'local'],
    ['the account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['the region', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['the URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['the stack’s name', { Ref: 'AWS::StackName' }, 'app'],
    ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['an attribute in short form', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
    ['an attribute with a dot', { 'Fn::GetAtt': ['Queue', 'Nested.Name'] }, 'nested'],
    ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-local'],
    ['a substitution', { 'Fn::Sub': 'x/${Stage}/${Queue.Arn}/${!Kept}' }, 'x/local/arn:queue/${Kept}'],
    [
      'a substitution with names',
      { 'Fn::Sub': ['${A}${AWS::Region}', { A: { Ref: 'Stage' } }] },
      'localus-east-1',
    ],
    ['a selection', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['a split', { 'Fn::Split': [':', 'a:b'] }, ['a', 'b']],
    ['a selection from a split', { 'Fn::Select': [0, { 'Fn::Split': ['/', 'x/y'] }] }, 'x'],
    ['a choice', { 'Fn::If': ['IsLocal', 'yes', 'no'] }, 'yes'],
    ['a choice by Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['a choice by And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    ['a choice by Not', { 'Fn::If': ['NotProd', 'yes', 'no'] }, 'yes'],
    ['a mapping', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, '128'],
    ['an import', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}:Id' } }, 'imported local:Id'],
    ['another stack’s output', { 'Fn::GetStackOutput': { StackName: 'a', OutputName: 'b' } }, 'a/b'],
    ['the zones', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['address blocks', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['JSON text', { 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"local"}'],
    ['a length', { 'Fn::Length': ['a', 'b'] }, 2],
    [
      'a secret',
      '{{resolve:secretsmanager:id:SecretString:key::}}',
      'secret of secretsmanager:id:SecretString:key::',
    ],
    ['a secret in a join', { 'Fn::Join': ['', ['{{resolve:ssm:', 'x', '}}']] }, 'secret of ssm:x'],
    ['a plain object with one key', { Name: { Ref: 'Stage' } }, { Name: 'local' }],
    ['a property that is no value', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['a list item that is no value', ['a', { 'Fn::If': ['IsProd', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
  ])('for %s', (_, value, expected) => {
    expect(resolve(value, scopeWith(template))).toEqual(expected);
  });

  it.each([
    ['a Ref to nothing', { Ref: 'Gone' }, /app: Ref to Gone/],
    ['an attribute of nothing', { 'Fn::GetAtt': ['Gone', 'Arn'] }, /GetAtt of Gone/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Queue', 'Size'] }, /Queue has no attribute Size/],
    ['an unknown function', { 'Fn::Transform': {} }, /unknown intrinsic function Fn::Transform/],
    [
      'an unknown mapping',
      { 'Fn::FindInMap': ['Sizes', 'prod', 'memory'] },
      /no mapping Sizes\.prod\.memory/,
    ],
    ['a selection beyond the end', { 'Fn::Select': [3, ['a']] }, /beyond the end/],
    ['an unknown condition', { 'Fn::If': ['Nope', 1, 2] }, /no condition is named Nope/],
    ['too many address blocks', { 'Fn::Cidr': ['10.0.0.0/24', 4, 8] }, /no room for 4 blocks/],
  ])('refuses %s', (_, value, message) => {
    expect(() => resolve(value, scopeWith(template))).toThrow(message);
  });
});
