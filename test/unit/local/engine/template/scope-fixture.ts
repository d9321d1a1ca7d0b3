import type { Scope } from '../../../../../local/engine/template/scope.ts';
import type { Provisioned, Template } from '../../../../../local/engine/template/types.ts';

/** A scope with one queue, for resolving parts of templates. */
export const scopeWith = (template: Template = {}, resources: Record<string, Provisioned> = {}): Scope => ({
  stackName: 'app',
  template,
  account: '000000000000',
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  parameters: new Map([['Stage', 'local']]),
  resource: (logicalId) =>
    ({
      Queue: { ref: 'http://queue', attributes: { Arn: 'arn:queue', 'Nested.Name': 'nested' } },
      ...resources,
    })[logicalId],
  importValue: (name) => `imported ${name}`,
  stackOutput: (stack, output) => `${stack}/${output}`,
  dynamicReference: (reference) => `secret of ${reference}`,
});
