import {
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from './calls.ts';

/** Kinds of things that the platform tags and takes away again, as EC2 names their ids in filters. */
export type ShownKind =
  | 'vpc'
  | 'subnet'
  | 'route-table'
  | 'internet-gateway'
  | 'security-group'
  | 'volume'
  | 'snapshot';

type Find = (client: EC2Client, Filters: Filter[], abortSignal: AbortSignal) => Promise<number>;

const count = (things: readonly unknown[] | undefined): number => things?.length ?? 0;

/** By kind: the action, the filter's name and how many there are. */
const descriptions: Record<ShownKind, readonly [action: string, filter: string, find: Find]> = {
  vpc: [
    'DescribeVpcs',
    'vpc-id',
    async (client, Filters, abortSignal) =>
      count((await client.send(new DescribeVpcsCommand({ Filters }), { abortSignal })).Vpcs),
  ],
  subnet: [
    'DescribeSubnets',
    'subnet-id',
    async (client, Filters, abortSignal) =>
      count((await client.send(new DescribeSubnetsCommand({ Filters }), { abortSignal })).Subnets),
  ],
  'route-table': [
    'DescribeRouteTables',
    'route-table-id',
    async (client, Filters, abortSignal) =>
      count((await client.send(new DescribeRouteTablesCommand({ Filters }), { abortSignal })).RouteTables),
  ],
  'internet-gateway': [
    'DescribeInternetGateways',
    'internet-gateway-id',
    async (client, Filters, abortSignal) =>
      count(
        (await client.send(new DescribeInternetGatewaysCommand({ Filters }), { abortSignal }))
          .InternetGateways,
      ),
  ],
  'security-group': [
    'DescribeSecurityGroups',
    'group-id',
    async (client, Filters, abortSignal) =>
      count(
        (await client.send(new DescribeSecurityGroupsCommand({ Filters }), { abortSignal })).SecurityGroups,
      ),
  ],
  volume: [
    'DescribeVolumes',
    'volume-id',
    async (client, Filters, abortSignal) => {
      const { Volumes } = await client.send(new DescribeVolumesCommand({ Filters }), { abortSignal });
      // It shows for a while after its end.
      return count(Volumes?.filter(({ State }) => State !== 'deleting' && State !== 'deleted'));
    },
  ],
  snapshot: [
    'DescribeSnapshots',
    'snapshot-id',
    async (client, Filters, abortSignal) =>
      count((await client.send(new DescribeSnapshotsCommand({ Filters }), { abortSignal })).Snapshots),
  ],
};

/** Whether EC2 shows a thing. Asked by filter, to which an unknown id is no error. @throws BackendError */
export const isShown = async (
  calls: Pick<Ec2Calls, 'read'>,
  kind: ShownKind,
  id: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const [action, filter, find] = descriptions[kind];
  const filters = [{ Name: filter, Values: [id] }];
  return (await calls.read(action, (client) => find(client, filters, signal), signal)) > 0;
};
