import { CreateTagsCommand, DeleteTagsCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('tags', () => {
  const tagsOf = async (id: string) =>
    (await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }))).Tags?.map(
      ({ Key, Value, ResourceType }) => [Key, Value, ResourceType],
    );

  it('are set, replaced and taken away on any kind of resource', async () => {
    const id = await launch(ec2, network);
    await ec2.send(
      new CreateTagsCommand({
        Resources: [id, network.vpcId, network.groupId],
        Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }],
      }),
    );
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: '2' }] }));
    expect(await tagsOf(id)).toEqual([
      ['a', '2', 'instance'],
      ['b', '', 'instance'],
    ]);
    expect(await tagsOf(network.vpcId)).toEqual([
      ['a', '1', 'vpc'],
      ['b', '', 'vpc'],
    ]);
    await ec2.send(
      new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'other' }, { Key: 'b' }] }),
    );
    expect(await tagsOf(id)).toEqual([['a', '2', 'instance']]);
    await ec2.send(new DeleteTagsCommand({ Resources: [network.groupId] }));
    expect(await tagsOf(network.groupId)).toEqual([]);
  });

  it('keep a key that looks like part of a prototype', async () => {
    const id = await launch(ec2, network);
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: '__proto__', Value: 'x' }] }));
    expect((await describeOne(ec2, id)).Tags).toEqual([{ Key: '__proto__', Value: 'x' }]);
  });

  it('reach all resources or none', async () => {
    const id = await launch(ec2, network);
    await expect(
      ec2.send(
        new CreateTagsCommand({ Resources: [id, 'i-00000000000000000'], Tags: [{ Key: 'a', Value: '1' }] }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect(await tagsOf(id)).toEqual([]);
    await expect(
      ec2.send(new CreateTagsCommand({ Resources: ['thing-1'], Tags: [{ Key: 'a', Value: '1' }] })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue', message: "The ID 'thing-1' is not valid" });
  });
});
