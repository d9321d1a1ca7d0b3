import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeVpcsCommand,
  type Filter,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  amazonLinux,
  type Ec2,
  launch,
  launchInput,
  makeNetwork,
  type Network,
  startEc2,
} from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

const ids = async (input: DescribeInstancesCommandInput = {}) => {
  const { Reservations, NextToken } = await ec2.send(new DescribeInstancesCommand(input));
  return {
    found: (Reservations ?? []).flatMap(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId)),
    NextToken,
  };
};

describe('DescribeInstances', () => {
  it('groups instances by the launch that made them', async () => {
    await ec2.send(new RunInstancesCommand(launchInput(network, { MinCount: 2, MaxCount: 2 })));
    await launch(ec2, network);
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations?.map(({ Instances }) => Instances?.length)).toEqual([2, 1]);
  });

  it('takes an empty list of ids for all', async () => {
    const id = await launch(ec2, network);
    expect((await ids({ InstanceIds: [] })).found).toEqual([id]);
  });

  it.each<[string, string[], string, string]>([
    [
      'one that is absent',
      ['i-00000000000000000'],
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-00000000000000000' does not exist",
    ],
    [
      'several that are absent',
      ['i-00000000000000000', 'i-00000000000000001'],
      'InvalidInstanceID.NotFound',
      "The instance IDs 'i-00000000000000000, i-00000000000000001' do not exist",
    ],
    ['one that is no id', ['web'], 'InvalidInstanceID.Malformed', 'Invalid id: "web" (expecting "i-...")'],
    ['one that is too short', ['i-123'], 'InvalidInstanceID.Malformed', 'Invalid id: "i-123"'],
  ])('refuses ids of which there is %s', async (_, wrong, name, message) => {
    const right = await launch(ec2, network);
    await expect(ids({ InstanceIds: [right, ...wrong] })).rejects.toMatchObject({ name, message });
  });

  it('takes at most 1,000 ids', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => `i-${String(n).padStart(17, '0')}`);
    await expect(ids({ InstanceIds: many })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('answers 1,000 ids out of 2,000 instances', async () => {
    const wide = await makeNetwork(ec2, '10.0.16.0/20');
    const { Instances } = await ec2.send(
      new RunInstancesCommand(launchInput(wide, { MinCount: 2_000, MaxCount: 2_000 })),
    );
    const half = Instances?.slice(0, 1_000).map(({ InstanceId }) => InstanceId ?? '');
    expect((await ids({ InstanceIds: half })).found).toEqual(half);
  });

  it('goes through all pages in order, none twice, also when one vanishes meanwhile', async () => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand(launchInput(network, { MinCount: 12, MaxCount: 12 })),
    );
    const all = Instances?.map(({ InstanceId }) => InstanceId) as string[];
    const first = await ids({ MaxResults: 5 });
    ec2.database.prepare('DELETE FROM ec2_instances WHERE id = ?').run(all[4] as string);
    const second = await ids({ MaxResults: 5, NextToken: first.NextToken });
    const third = await ids({ MaxResults: 5, NextToken: second.NextToken });
    expect(first.found).toEqual(all.slice(0, 5));
    expect([...first.found, ...second.found, ...third.found]).toEqual(all);
    expect(third.NextToken).toBeUndefined();
  });

  it.each<[string, DescribeInstancesCommandInput, string]>([
    ['4 results a page', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['1,001 results a page', { MaxResults: 1_001 }, 'InvalidParameterValue'],
    [
      'pages of given ids',
      { MaxResults: 5, InstanceIds: ['i-00000000000000000'] },
      'InvalidInstanceID.NotFound',
    ],
    ['a token of its own making', { MaxResults: 5, NextToken: 'mine' }, 'InvalidNextToken'],
    ['an unknown filter', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    [
      'a filter named like a method',
      { Filters: [{ Name: 'constructor', Values: ['x'] }] },
      'InvalidParameterValue',
    ],
    ['a filter without values', { Filters: [{ Name: 'vpc-id', Values: [] }] }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, input, name) => {
    await expect(ids(input)).rejects.toMatchObject({ name });
  });

  it('refuses MaxResults beside ids that exist', async () => {
    const id = await launch(ec2, network);
    await expect(ids({ MaxResults: 5, InstanceIds: [id] })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
      message: 'The parameter instancesSet cannot be used with the parameter maxResults',
    });
  });

  describe('filters', () => {
    let web: string;
    let worker: string;
    beforeEach(async () => {
      web = await launch(ec2, network, { ClientToken: 'v' });
      await ec2.send(
        new CreateTagsCommand({
          Resources: [web],
          Tags: [
            { Key: 'Name', Value: 'web-1' },
            { Key: 'a*b', Value: '' },
          ],
        }),
      );
      ec2.timers.advance(200);
      worker = await launch(ec2, network, { InstanceType: 'c7i.large', ClientToken: 'w' });
    });

    it.each<[string, Filter[], ('web' | 'worker')[]]>([
      ['a tag', [{ Name: 'tag:Name', Values: ['web-1'] }], ['web']],
      ['a tag with a wildcard', [{ Name: 'tag:Name', Values: ['web-?'] }], ['web']],
      ['a tag in another case', [{ Name: 'tag:Name', Values: ['WEB-1'] }], []],
      ['a tag key', [{ Name: 'tag-key', Values: ['Name'] }], ['web']],
      ['a tag key with a star of its own', [{ Name: 'tag-key', Values: ['a\\*b'] }], ['web']],
      ['a state', [{ Name: 'instance-state-name', Values: ['pending'] }], ['worker']],
      [
        'one of several states',
        [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
        ['web', 'worker'],
      ],
      ['a state code', [{ Name: 'instance-state-code', Values: ['16'] }], ['web']],
      ['an image', [{ Name: 'image-id', Values: [amazonLinux] }], ['web', 'worker']],
      ['a type', [{ Name: 'instance-type', Values: ['c7i.*'] }], ['worker']],
      [
        'a dot that is only a dot',
        [
          { Name: 'instance-type', Values: ['c7i?large'] },
          { Name: 'instance-type', Values: ['c7ixlarge'] },
        ],
        [],
      ],
      [
        'several client tokens, in order of creation',
        [{ Name: 'client-token', Values: ['x', 'w', 'v'] }],
        ['web', 'worker'],
      ],
      ['a client token with a wildcard', [{ Name: 'client-token', Values: ['w*'] }], ['worker']],
      ['a client token', [{ Name: 'client-token', Values: ['w'] }], ['worker']],
      ['an address', [{ Name: 'private-ip-address', Values: ['10.0.0.5'] }], ['worker']],
      [
        'two filters at once',
        [
          { Name: 'tag-key', Values: ['Name'] },
          { Name: 'instance-type', Values: ['c7i.large'] },
        ],
        [],
      ],
    ])('find by %s', async (_, filters, expected) => {
      const byName = { web, worker };
      expect((await ids({ Filters: filters })).found).toEqual(expected.map((name) => byName[name]));
    });

    it('find by network', async () => {
      for (const [Name, value] of [
        ['vpc-id', network.vpcId],
        ['subnet-id', network.subnetId],
        ['instance.group-id', network.groupId],
      ] as const)
        expect((await ids({ Filters: [{ Name, Values: [value] }] })).found).toEqual([web, worker]);
    });
  });
});

describe('delayed visibility', () => {
  it('answers NotFound for a new instance until its time has come, and leaves it out of lists', async () => {
    ec2.controls.setVisibilityDelay(500);
    const id = await launch(ec2, network);
    await expect(ids({ InstanceIds: [id] })).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect((await ids()).found).toEqual([]);
    ec2.timers.advance(500);
    expect((await ids({ InstanceIds: [id] })).found).toEqual([id]);
  });

  it('holds for a group also where it is used', async () => {
    ec2.controls.setVisibilityDelay(500);
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId: network.vpcId, GroupName: 'new', Description: 'New' }),
    );
    await expect(launch(ec2, network, { SecurityGroupIds: [GroupId] })).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
    ec2.timers.advance(500);
    await expect(launch(ec2, network, { SecurityGroupIds: [GroupId] })).resolves.toMatch(/^i-/);
  });

  it('does not hinder building a network', async () => {
    ec2 = startEc2({ limits: 'default' });
    network = await makeNetwork(ec2);
    await expect(ec2.send(new DescribeVpcsCommand({ VpcIds: [network.vpcId] }))).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
    });
    await expect(launch(ec2, network, { SecurityGroupIds: undefined })).resolves.toMatch(/^i-/);
  });

  it('hides nothing from a client token', async () => {
    ec2.controls.setVisibilityDelay(500);
    const one = await launch(ec2, network, { ClientToken: 't' });
    expect(await launch(ec2, network, { ClientToken: 't' })).toBe(one);
  });
});
