import { expect, it } from 'vitest';
import { parameterValues } from '../../../../../local/engine/template/parameters.ts';

const values = (Parameters: Record<string, { Type: string; Default?: unknown }>) =>
  Object.fromEntries(
    parameterValues({ name: 'app', template: { Parameters }, assets: new Map() }, (name) =>
      name === '/known' ? 'a,b' : undefined,
    ),
  );

it.each([
  ['a default', { P: { Type: 'String', Default: 'x' } }, { P: 'x' }],
  ['a list', { P: { Type: 'List<String>', Default: 'x,y' } }, { P: ['x', 'y'] }],
  [
    'a stored parameter',
    { P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/known' } },
    { P: 'a,b' },
  ],
  [
    'a stored list',
    { P: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/known' } },
    { P: ['a', 'b'] },
  ],
  ['no bootstrap version', { BootstrapVersion: { Type: 'String', Default: '/cdk' } }, {}],
])('gives %s', (_, parameters, expected) => {
  expect(values(parameters)).toEqual(expected);
});

it('refuses a parameter without a default', () => {
  expect(() => values({ P: { Type: 'String' } })).toThrow('app: parameter P has no default');
});

it('refuses a stored parameter that is not there', () => {
  expect(() => values({ P: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/gone' } })).toThrow(
    '/gone',
  );
});
