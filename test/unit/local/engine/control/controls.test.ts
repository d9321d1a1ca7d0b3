import type { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../../../../local/engine/cloud.ts';
import { runControl } from '../../../../../local/engine/control/controls.ts';
import type { StandIns } from '../../../../../local/engine/stand-ins.ts';

const newStandIns = () => {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...rest: unknown[]) => {
      calls.push([name, ...rest]);
    };
  const standIns = {
    ec2: {
      inspect: () => [
        { instanceId: 'i-old', state: 'terminated', tags: { 'thecloud:instance': 'our-id' } },
        { instanceId: 'i-1', state: 'running', tags: { 'thecloud:instance': 'our-id' } },
        { instanceId: 'i-2', state: 'running', tags: { 'thecloud:launch-batch': 'a-batch' } },
        { instanceId: 'i-3', state: 'running', tags: { 'thecloud:launch-batch': 'a-batch' } },
      ],
      setLoad: note('setLoad'),
      setLoadOfAll: note('setLoadOfAll'),
      load: () => ({ cpuPercent: 90 }),
      kill: note('kill'),
      loseNextEvent: note('loseNextEvent'),
      failNextBoot: note('failNextBoot'),
      setBootMilliseconds: note('setBootMilliseconds'),
      faults: { add: note('fault'), list: () => [], clear: note('clear') },
    },
    elb: {
      inspect: () => ['a balancer'],
      actions: ['CreateListener', 'DescribeTags'],
      setProbeMilliseconds: note('setProbeMilliseconds'),
      setProvisioningMilliseconds: note('setProvisioningMilliseconds'),
      faults: { add: note('balancing fault'), list: () => [], clear: note('clear balancing') },
    },
    mailbox: () => ['a mail'],
  } as unknown as StandIns;
  return { standIns, calls };
};

/** The table of record says whose the machines of a launch are. */
const owners: Record<string, string> = { 'EC2#i-2': 'first', 'EC2#i-3': 'second' };
const cloud = {
  queues: { depths: () => ({ q: 1 }), bodies: () => ['m'] },
  functions: { list: () => [{ settings: { environment: { TABLE_NAME: 'record' } } }] },
  dynamoDb: {
    send: async ({ input }: GetItemCommand) => ({ Item: { id: { S: owners[input.Key?.pk?.S ?? ''] } } }),
  },
} as unknown as Cloud;

const run = async (control: string, list: string[] = [], options: Record<string, string> = {}) => {
  const { standIns, calls } = newStandIns();
  const output = await runControl({ control, arguments: list, options }, cloud, standIns);
  return { output, calls };
};

describe('a control', () => {
  it.each([
    ['load', ['our-id', '90'], {}, ['setLoad', 'i-1', { cpuPercent: 90 }]],
    ['load', ['i-1', '90', '50'], {}, ['setLoad', 'i-1', { cpuPercent: 90, memoryPercent: 50 }]],
    ['load', ['all', '90', '50'], {}, ['setLoadOfAll', { cpuPercent: 90, memoryPercent: 50 }]],
    ['kill', ['our-id'], {}, ['kill', 'i-1']],
    ['kill', ['second'], {}, ['kill', 'i-3']],
    ['load', ['first', '90'], {}, ['setLoad', 'i-2', { cpuPercent: 90 }]],
    [
      'slow',
      ['RunInstances'],
      { milliseconds: '20', times: '2' },
      ['fault', { action: 'RunInstances', kind: 'delay', times: 2, milliseconds: 20 }],
    ],
    ['throttle', ['*'], {}, ['fault', { action: '*', kind: 'throttle' }]],
    [
      'fail',
      ['RunInstances'],
      { error: 'InternalError' },
      ['fault', { action: 'RunInstances', kind: 'before', error: 'InternalError' }],
    ],
    ['fail', ['RunInstances'], { after: 'true' }, ['fault', { action: 'RunInstances', kind: 'after' }]],
    ['throttle', ['CreateListener'], {}, ['balancing fault', { action: 'CreateListener', kind: 'throttle' }]],
    ['throttle', ['DescribeTags'], {}, ['fault', { action: 'DescribeTags', kind: 'throttle' }]],
    ['heal', [], {}, ['clear']],
    ['heal', [], {}, ['clear balancing']],
    ['probe-ms', ['50'], {}, ['setProbeMilliseconds', 50]],
    ['provision-ms', ['0'], {}, ['setProvisioningMilliseconds', 0]],
    ['fail-boot', [], {}, ['failNextBoot', 1]],
    ['lose-event', ['2'], {}, ['loseNextEvent', 2]],
    ['boot-ms', ['50'], {}, ['setBootMilliseconds', 50]],
  ])('%s %j %j does its work', async (control, list, options, call) => {
    expect((await run(control, list, options as Record<string, string>)).calls).toContainEqual(call);
  });

  it.each([
    ['mail', ['a mail']],
    ['balancers', ['a balancer']],
    ['queues', { q: 1 }],
    ['messages', ['m']],
  ])('%s shows', async (control, output) => {
    expect((await run(control)).output).toEqual(output);
  });

  it.each([
    ['an unknown control', 'explode', [], /no control "explode"/],
    ['a name of every object', 'constructor', [], /no control/],
    ['an unknown instance', 'kill', ['i-9'], /no instance is running for i-9/],
    ['a terminated instance', 'kill', ['i-old'], /no instance is running/],
    ['a load that is no number', 'load', ['i-1', 'high'], /cpu percent must be a number, not high/],
    ['a fault without an action', 'fail', [], /name an action/],
  ])('refuses %s', async (_, control, list, message) => {
    await expect(run(control, list)).rejects.toThrow(message);
  });
});
