import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  type DescribeInstancesCommandOutput,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { chunks } from '../../../platform/aws/ec2/chunks.ts';
import { backendError, codeOf } from '../../../platform/aws/ec2/failures.ts';
import { tagKeys, tagOf } from '../../../platform/aws/ec2/tags.ts';
import type { Machine, MachineState, OwnedMachine } from '../backend.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const maxIdsPerCall = 1_000;
const maxValuesPerFilter = 200;

/** What the platform needs of EC2's description. */
export const machineOf = (instance: Instance): Machine => ({
  id: instance.InstanceId as string,
  state: (instance.State?.Name ?? 'pending') as MachineState,
  privateIp: instance.PrivateIpAddress,
  ports: tagOf(instance, tagKeys.publishedPorts),
  reason: instance.StateReason?.Message,
});

const instancesOf = (output: DescribeInstancesCommandOutput): Instance[] =>
  (output.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);

/**
 * Describes by id. EC2 answers a batch with `NotFound`, naming the culprits, when it doesn't know one of the ids; the
 * rest is then asked for again. Never calls with an empty list, which would mean all instances of the account.
 */
export const describeById = async (
  calls: Ec2Calls,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Machine>> => {
  const machines = new Map<string, Machine>();
  for (const chunk of chunks([...new Set(ids)], maxIdsPerCall)) {
    let wanted = chunk;
    while (wanted.length > 0) {
      try {
        const output = await calls.attempt(
          'DescribeInstances',
          (client) =>
            client.send(new DescribeInstancesCommand({ InstanceIds: wanted }), { abortSignal: signal }),
          signal,
        );
        for (const instance of instancesOf(output))
          machines.set(instance.InstanceId as string, machineOf(instance));
        break;
      } catch (error) {
        const unknown = new Set((error as Error).message.match(/\bi-[0-9a-f]+/g));
        const rest = wanted.filter((id) => !unknown.has(id));
        if (codeOf(error) !== 'InvalidInstanceID.NotFound' || rest.length === wanted.length)
          throw backendError(error, false);
        wanted = rest;
      }
    }
  }
  return machines;
};

/** Every page of a description that may hold more than one. */
async function* pagesOf(
  calls: Ec2Calls,
  first: DescribeInstancesCommandInput,
  signal: AbortSignal,
): AsyncGenerator<Instance[]> {
  let page: DescribeInstancesCommandInput | undefined = { MaxResults: maxIdsPerCall, ...first };
  while (page) {
    const input: DescribeInstancesCommandInput = page;
    const output: DescribeInstancesCommandOutput = await calls.read(
      'DescribeInstances',
      (client) => client.send(new DescribeInstancesCommand(input), { abortSignal: signal }),
      signal,
    );
    yield instancesOf(output);
    page = output.NextToken ? { ...input, NextToken: output.NextToken } : undefined;
  }
}

/** All instances that one client token has launched. */
export const describeLaunched = async (
  calls: Ec2Calls,
  token: string,
  signal: AbortSignal,
): Promise<Machine[]> => {
  const machines: Machine[] = [];
  const filtered = { Filters: [{ Name: 'client-token', Values: [token] }] };
  for await (const instances of pagesOf(calls, filtered, signal)) machines.push(...instances.map(machineOf));
  return machines;
};

/** The instances that were launched with the given client tokens, each with one of its own. */
export const describeByToken = async (
  calls: Ec2Calls,
  tokens: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Machine>> => {
  const machines = new Map<string, Machine>();
  for (const chunk of chunks([...new Set(tokens)], maxValuesPerFilter)) {
    const filtered = { Filters: [{ Name: 'client-token', Values: chunk }] };
    for await (const instances of pagesOf(calls, filtered, signal)) {
      for (const instance of instances) {
        if (instance.ClientToken) machines.set(instance.ClientToken, machineOf(instance));
      }
    }
  }
  return machines;
};

/** Every instance of the stage, by the tag that it was launched with. */
export async function* describeFleet(
  calls: Ec2Calls,
  stage: string,
  signal: AbortSignal,
): AsyncGenerator<OwnedMachine[]> {
  const filtered = { Filters: [{ Name: `tag:${tagKeys.stage}`, Values: [stage] }] };
  for await (const instances of pagesOf(calls, filtered, signal)) {
    yield instances.flatMap((instance): OwnedMachine[] => {
      const [tenant, id, launchBatch] = [tagKeys.tenant, tagKeys.instance, tagKeys.launchBatch].map((key) =>
        tagOf(instance, key),
      );
      return tenant && (id || launchBatch)
        ? [{ ...machineOf(instance), tenant, instance: id, launchBatch }]
        : [];
    });
  }
}
