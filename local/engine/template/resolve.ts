import { splitCidr } from './cidr.ts';
import { isTrue } from './conditions.ts';
import { noValue, pseudoParameter } from './pseudo-parameters.ts';
import type { Scope } from './scope.ts';
import { substitute } from './substitute.ts';
import { TemplateError } from './template-error.ts';
import { isRecord } from './types.ts';

const reference = (name: string, scope: Scope): unknown => {
  const pseudo = pseudoParameter(name, scope);
  if (pseudo !== undefined) return pseudo;
  if (scope.parameters.has(name)) return scope.parameters.get(name);
  const resource = scope.resource(name);
  if (!resource) throw new TemplateError(`${scope.stackName}: Ref to ${name}, which does not exist`);
  return resource.ref;
};

const attribute = (logicalId: string, path: string, scope: Scope): unknown => {
  const resource = scope.resource(logicalId);
  if (!resource) throw new TemplateError(`${scope.stackName}: GetAtt of ${logicalId}, which does not exist`);
  if (!(path in resource.attributes))
    throw new TemplateError(`${scope.stackName}: ${logicalId} has no attribute ${path} in the local engine`);
  return resource.attributes[path];
};

const lookUp = (name: string, scope: Scope): unknown => {
  const dot = name.indexOf('.');
  return dot < 0 ? reference(name, scope) : attribute(name.slice(0, dot), name.slice(dot + 1), scope);
};

type Operands = readonly unknown[];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const functions: Record<string, (operand: unknown, scope: Scope) => unknown> = {
  Ref: (operand, scope) => reference(String(operand), scope),
  'Fn::GetAtt': (operand, scope) => {
    const [logicalId = '', ...path] = Array.isArray(operand) ? operand : String(operand).split('.');
    return attribute(logicalId, path.map((part) => resolve(part, scope)).join('.'), scope);
  },
  'Fn::Join': (operand, scope) => {
    const [separator, parts] = operand as [string, unknown];
    return (resolve(parts, scope) as Operands).join(separator);
  },
  'Fn::Sub': (operand, scope) => {
    const [text, own] = Array.isArray(operand) ? operand : [operand, {}];
    const names = resolve(own, scope) as Record<string, unknown>;
    return substitute(String(text), (name) => (name in names ? names[name] : lookUp(name, scope)));
  },
  'Fn::Select': (operand, scope) => {
    const [index, list] = operand as [unknown, unknown];
    const value = (resolve(list, scope) as Operands)[Number(resolve(index, scope))];
    if (value === undefined)
      throw new TemplateError(`${scope.stackName}: Fn::Select beyond the end of its list`);
    return value;
  },
  'Fn::Split': (operand, scope) => {
    const [separator, text] = operand as [string, unknown];
    return String(resolve(text, scope)).split(separator);
  },
  'Fn::If': (operand, scope) => {
    const [condition, yes, no] = operand as [string, unknown, unknown];
    return resolve(isTrue(condition, scope, resolve) ? yes : no, scope);
  },
  'Fn::FindInMap': (operand, scope) => {
    const [map, top, second] = (operand as Operands).map((part) => String(resolve(part, scope)));
    const value = scope.template.Mappings?.[map ?? '']?.[top ?? '']?.[second ?? ''];
    if (value === undefined)
      throw new TemplateError(`${scope.stackName}: no mapping ${map}.${top}.${second}`);
    return value;
  },
  'Fn::ImportValue': (operand, scope) => scope.importValue(String(resolve(operand, scope))),
  'Fn::GetStackOutput': (operand, scope) => {
    const { StackName: stack, OutputName: output } = resolve(operand, scope) as Record<string, string>;
    return scope.stackOutput(stack ?? '', output ?? '');
  },
  'Fn::GetAZs': (_, scope) => [...scope.zones],
  'Fn::Base64': (operand, scope) => Buffer.from(String(resolve(operand, scope))).toString('base64'),
  'Fn::Cidr': (operand, scope) => {
    const [block, count, hostBits] = operand as Operands;
    return splitCidr(
      String(resolve(block, scope)),
      Number(resolve(count, scope)),
      Number(resolve(hostBits, scope)),
    );
  },
  'Fn::Length': (operand, scope) => (resolve(operand, scope) as Operands).length,
  'Fn::ToJsonString': (operand, scope) => JSON.stringify(resolve(operand, scope)),
};

const resolveDynamicReferences = (text: string, scope: Scope): string =>
  text.replaceAll(/\{\{resolve:([^}]+)\}\}/g, (_, referenceText: string) =>
    scope.dynamicReference(referenceText),
  );

/**
 * The value that CloudFormation would put in place of `value`: intrinsic functions, pseudo parameters and
 * `{{resolve:…}}` references replaced, properties set to `AWS::NoValue` left out.
 *
 * @throws TemplateError on an unknown function or a reference to nothing
 */
export const resolve = (value: unknown, scope: Scope): unknown => {
  if (typeof value === 'string')
    return value.includes('{{resolve:') ? resolveDynamicReferences(value, scope) : value;
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [name, operand] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
    const run = functions[name];
    if (!run) throw new TemplateError(`${scope.stackName}: unknown intrinsic function ${name}`);
    const result = run(operand, scope);
    return typeof result === 'string' && result.includes('{{resolve:')
      ? resolveDynamicReferences(result, scope)
      : result;
  }
  return Object.fromEntries(
    entries.map(([key, item]) => [key, resolve(item, scope)]).filter(([, item]) => item !== noValue),
  );
};
