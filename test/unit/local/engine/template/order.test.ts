// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the notation of Fn::Sub
import { expect, it } from 'vitest';
import { inOrder } from '../../../../../local/engine/template/order.ts';

const ids = (resources: Record<string, unknown>): string[] =>
  inOrder('app', { Resources: resources as never }).map(([id]) => id);

it.each([
  ['a Ref', { A: { Type: 't', Properties: { x: { Ref: 'B' } } }, B: { Type: 't' } }],
  ['a GetAtt', { A: { Type: 't', Properties: { x: { 'Fn::GetAtt': ['B', 'Arn'] } } }, B: { Type: 't' } }],
  ['a Sub', { A: { Type: 't', Properties: { x: { 'Fn::Sub': 'x${B.Arn}' } } }, B: { Type: 't' } }],
  ['DependsOn', { A: { Type: 't', DependsOn: 'B' }, B: { Type: 't' } }],
  ['a list of DependsOn', { A: { Type: 't', DependsOn: ['B'] }, B: { Type: 't' } }],
  [
    'a nested Ref',
    { A: { Type: 't', Properties: { x: [{ 'Fn::Join': ['', [{ Ref: 'B' }]] }] } }, B: { Type: 't' } },
  ],
])('makes a resource after what it refers to by %s', (_, resources) => {
  expect(ids(resources)).toEqual(['B', 'A']);
});

it('keeps the template’s order otherwise', () => {
  expect(ids({ C: { Type: 't' }, A: { Type: 't' }, B: { Type: 't' } })).toEqual(['C', 'A', 'B']);
});

it('names the circle where there is one', () => {
  expect(() => ids({ A: { Type: 't', DependsOn: 'B' }, B: { Type: 't', DependsOn: 'A' } })).toThrow(
    'A → B → A',
  );
});
