import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  type DescribeInstancesCommandOutput,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { Machine, MachineState } from '../backend.ts';
import type { Ec2Calls } from './calls.ts';
import { backendError, codeOf } from './failures.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const maxIdsPerCall = 1_000;
const maxValuesPerFilter = 200;

/** What the platform needs of EC2's description. */
export const machineOf = (instance: Instance): Machine => ({
  id: instance.InstanceId as string,
  state: (instance.State?.Name ?? 'pending') as MachineState,
  privateIp: instance.PrivateIpAddress,
  reason: instance.StateReason?.Message,
});

const instancesOf = (output: DescribeInstancesCommandOutput): Instance[] =>
  (output.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);

function* chunks<T>(values: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}

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

/** The instances that were launched with the given client tokens. */
export const describeByToken = async (
  calls: Ec2Calls,
  tokens: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Machine>> => {
  const machines = new Map<string, Machine>();
  for (const chunk of chunks([...new Set(tokens)], maxValuesPerFilter)) {
    let page: DescribeInstancesCommandInput | undefined = {
      Filters: [{ Name: 'client-token', Values: chunk }],
      MaxResults: maxIdsPerCall,
    };
    while (page) {
      const input: DescribeInstancesCommandInput = page;
      const output: DescribeInstancesCommandOutput = await calls.read(
        'DescribeInstances',
        (client) => client.send(new DescribeInstancesCommand(input), { abortSignal: signal }),
        signal,
      );
      for (const instance of instancesOf(output)) {
        if (instance.ClientToken) machines.set(instance.ClientToken, machineOf(instance));
      }
      page = output.NextToken ? { ...input, NextToken: output.NextToken } : undefined;
    }
  }
  return machines;
};
