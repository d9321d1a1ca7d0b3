import { localAccount, localRegion, localZones } from '../account.ts';
import type { Cloud } from '../cloud.ts';
import { providers } from '../resources/index.ts';
import { isTrue } from '../template/conditions.ts';
import { inOrder } from '../template/order.ts';
import { parameterValues } from '../template/parameters.ts';
import { resolve } from '../template/resolve.ts';
import type { Scope } from '../template/scope.ts';
import { TemplateError } from '../template/template-error.ts';
import type { Provisioned, Stack, TemplateResource } from '../template/types.ts';
import { placeholderAttributes, unlocalReason } from '../template/unlocal.ts';
import { dynamicReference } from './dynamic-reference.ts';
import { hashOf, type ResourceRecords } from './resource-records.ts';

/** Outputs by stack and name. */
export type Outputs = Record<string, Record<string, unknown>>;

const newScope = (
  stack: Stack,
  cloud: Cloud,
  made: ReadonlyMap<string, Provisioned>,
  exported: ReadonlyMap<string, unknown>,
  outputs: Outputs,
): Scope => ({
  stackName: stack.name,
  template: stack.template,
  account: localAccount,
  region: localRegion,
  zones: localZones,
  parameters: parameterValues(stack, (name) => cloud.parameters.get(name)),
  resource: (logicalId) => made.get(logicalId),
  importValue: (name) => {
    if (!exported.has(name)) throw new TemplateError(`${stack.name}: no stack before it exports ${name}`);
    return exported.get(name);
  },
  stackOutput: (name, output) => {
    const own = outputs[name];
    if (!own || !(output in own))
      throw new TemplateError(`${stack.name}: no stack ${name} before it has an output ${output}`);
    return own[output];
  },
  dynamicReference: (reference) => dynamicReference(reference, cloud.secrets, cloud.parameters),
});

const make = async (
  stack: Stack,
  logicalId: string,
  resource: TemplateResource,
  scope: Scope,
  cloud: Cloud,
  records: ResourceRecords,
): Promise<Provisioned> => {
  if (unlocalReason(resource.Type) !== undefined)
    return { ref: logicalId, attributes: placeholderAttributes(logicalId) };
  const provider = providers[resource.Type];
  if (!provider)
    throw new TemplateError(
      `${stack.name}.${logicalId}: the local engine does not know ${resource.Type}. Add a provider in ` +
        'local/engine/resources, or say in local/engine/template/unlocal.ts why it means nothing locally.',
    );
  const properties = resolve(resource.Properties ?? {}, scope) as Record<string, unknown>;
  const key = { stack: stack.name, logicalId };
  const before = records.find(key);
  const propertiesHash = hashOf(properties);
  const provisioned = await provider(
    {
      stack,
      logicalId,
      properties,
      previous: before?.provisioned,
      unchanged: before?.propertiesHash === propertiesHash,
    },
    cloud,
  );
  records.save({ ...key, type: resource.Type, provisioned, propertiesHash });
  return provisioned;
};

/** Takes away what an earlier template made and this one no longer has; tables, buckets and secrets stay. */
const removeLeftovers = (seen: ReadonlySet<string>, cloud: Cloud, records: ResourceRecords): void => {
  for (const record of records.list()) {
    if (seen.has(`${record.stack}.${record.logicalId}`)) continue;
    if (record.type === 'AWS::SQS::Queue')
      cloud.queues.remove(String(record.provisioned.attributes.QueueName));
    records.forget(record);
  }
};

/**
 * Makes everything that the stacks describe, stack by stack and in the order of dependencies, over whatever an earlier
 * run has left.
 *
 * @throws TemplateError on a resource type or property that the engine cannot follow
 */
export const provision = async (
  stacks: readonly Stack[],
  cloud: Cloud,
  records: ResourceRecords,
): Promise<Outputs> => {
  const exported = new Map<string, unknown>();
  const outputs: Outputs = {};
  const seen = new Set<string>();
  for (const stack of stacks) {
    const made = new Map<string, Provisioned>();
    const scope = newScope(stack, cloud, made, exported, outputs);
    for (const [logicalId, resource] of inOrder(stack.name, stack.template)) {
      if (resource.Condition !== undefined && !isTrue(resource.Condition, scope, resolve)) continue;
      made.set(logicalId, await make(stack, logicalId, resource, scope, cloud, records));
      seen.add(`${stack.name}.${logicalId}`);
    }
    const own: Record<string, unknown> = {};
    outputs[stack.name] = own;
    for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
      if (output.Condition !== undefined && !isTrue(output.Condition, scope, resolve)) continue;
      own[name] = resolve(output.Value, scope);
      if (output.Export) exported.set(String(resolve(output.Export.Name, scope)), own[name]);
    }
  }
  removeLeftovers(seen, cloud, records);
  return outputs;
};
