import { createHash } from 'node:crypto';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { deleteTagged } from '../../../platform/aws/ec2/delete-tagged.ts';
import { backendError, codeOf } from '../../../platform/aws/ec2/failures.ts';
import { platformTags } from '../../../platform/aws/ec2/tags.ts';
import type { Clock } from '../../../platform/clock.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';

export interface TenantGroupsOptions {
  calls: Ec2Calls;
  clock: Clock;
  stage: string;
}

/** A group that somebody else removed is noticed after this time, or when EC2 refuses a launch for it. */
const freshMilliseconds = 5 * 60_000;
const maxKnown = 10_000;

const everywhere = '0.0.0.0/0';

const opens = (permission: IpPermission, port: number): boolean =>
  permission.IpProtocol === 'tcp' && permission.FromPort === port && permission.ToPort === port;

/**
 * Security groups that the platform makes for instances which name none: in each network one for each tenant and set of
 * open ports. None lets its members
 * reach each other, and a group's rules never change, so that one instance's ports never open on another. EC2 has no
 * token for CreateSecurityGroup, but a group's name is unique in its VPC: two workers at once end with the same group.
 */
export const createTenantGroups = ({ calls, clock, stage }: TenantGroupsOptions) => {
  const known = new Map<string, { id: string; until: number }>();

  const nameOf = (tenant: string, ports: readonly number[]): string => {
    const digest = createHash('sha256').update(ports.join(',')).digest('hex').slice(0, 12);
    return ports.length === 0 ? `thecloud-${tenant}` : `thecloud-${tenant}-${digest}`;
  };

  const find = async (
    vpcId: string,
    name: string,
    signal: AbortSignal,
  ): Promise<SecurityGroup | undefined> => {
    const { SecurityGroups = [] } = await calls.read(
      'DescribeSecurityGroups',
      (client) =>
        client.send(
          new DescribeSecurityGroupsCommand({
            Filters: [
              { Name: 'vpc-id', Values: [vpcId] },
              { Name: 'group-name', Values: [name] },
            ],
          }),
          { abortSignal: signal },
        ),
      signal,
    );
    return SecurityGroups[0];
  };

  const create = async (
    vpcId: string,
    name: string,
    tenant: string,
    signal: AbortSignal,
  ): Promise<SecurityGroup> => {
    try {
      const { GroupId } = await calls.attempt(
        'CreateSecurityGroup',
        (client) =>
          client.send(
            new CreateSecurityGroupCommand({
              GroupName: name,
              Description: `Instances of tenant ${tenant}`,
              VpcId: vpcId,
              TagSpecifications: [
                { ResourceType: 'security-group', Tags: platformTags({ stage, tenant, name }) },
              ],
            }),
            { abortSignal: signal },
          ),
        signal,
      );
      return { GroupId };
    } catch (error) {
      if (codeOf(error) !== 'InvalidGroup.Duplicate') throw backendError(error, true);
      const group = await find(vpcId, name, signal);
      if (group) return group;
      throw new BackendError('not_yet', 'waiting for the security group to become visible', error);
    }
  };

  const open = async (group: SecurityGroup, ports: readonly number[], signal: AbortSignal): Promise<void> => {
    const missing = ports.filter(
      (port) => !(group.IpPermissions ?? []).some((permission) => opens(permission, port)),
    );
    if (missing.length === 0) return;
    try {
      await calls.attempt(
        'AuthorizeSecurityGroupIngress',
        (client) =>
          client.send(
            new AuthorizeSecurityGroupIngressCommand({
              GroupId: group.GroupId,
              IpPermissions: missing.map((port) => ({
                IpProtocol: 'tcp',
                FromPort: port,
                ToPort: port,
                IpRanges: [{ CidrIp: everywhere }],
              })),
            }),
            { abortSignal: signal },
          ),
        signal,
      );
    } catch (error) {
      // Another worker was opening the same ports: the next look finds which are still missing.
      if (codeOf(error) === 'InvalidPermission.Duplicate') {
        throw new BackendError('not_yet', 'waiting for the security group', error);
      }
      throw backendError(error, true);
    }
  };

  return {
    /** Id of the network's group that opens exactly these TCP ports for the tenant; made where it is not there. */
    async ensure(
      vpcId: string,
      tenant: string,
      ports: readonly number[],
      signal: AbortSignal,
    ): Promise<string> {
      const name = nameOf(tenant, ports);
      const key = `${vpcId} ${name}`;
      const held = known.get(key);
      if (held && held.until > clock.now()) return held.id;
      const group = (await find(vpcId, name, signal)) ?? (await create(vpcId, name, tenant, signal));
      await open(group, ports, signal);
      const id = group.GroupId as string;
      if (known.size >= maxKnown) known.clear();
      known.set(key, { id, until: clock.now() + freshMilliseconds });
      return id;
    },

    /** Forgets what it knows of a group that EC2 does not know. */
    forget(groupId: string): void {
      for (const [key, { id }] of known) if (id === groupId) known.delete(key);
    },

    /** Removes a group that no machine uses. */
    async release(groupId: string, signal: AbortSignal): Promise<void> {
      this.forget(groupId);
      try {
        await deleteTagged(calls, 'security-group', groupId, signal);
      } catch (error) {
        const isStillUsed = error instanceof BackendError && error.failure === 'not_yet';
        if (!isStillUsed) throw error;
      }
    },
  };
};

export type TenantGroups = ReturnType<typeof createTenantGroups>;
