import {
  paginateDescribeInternetGateways,
  paginateDescribeVolumes,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clients } from './clients.ts';
import type { Check } from './finding.ts';
import { quota, raise } from './service-quota.ts';

/** Sums up all pages of a description. */
const sum = async <Page>(pages: AsyncIterable<Page>, of: (page: Page) => number): Promise<number> => {
  let total = 0;
  for await (const page of pages) total += of(page);
  return total;
};

const gibInTib = 1_024;

interface Room {
  name: string;
  /** Service and code, as Service Quotas has them. */
  limit: readonly [service: string, code: string];
  unit?: string;
  used(clients: Clients): Promise<number>;
  /** Fewer than this are few. */
  comfortable: number;
  /** How many a deployment itself takes; with fewer left it would fail. */
  needed: number;
  /** Who takes them, and the quota's name in the console. */
  advice: string;
  quotaName: string;
}

const roomFor = ({ name, limit, unit = '', used, comfortable, needed, advice, quotaName }: Room): Check => ({
  name,
  look: async (clients) => {
    const [most, taken] = await Promise.all([quota(clients, ...limit), used(clients)]);
    const left = most - taken;
    const found = `${Math.round(taken * 100) / 100} of ${most}${unit} used`;
    if (left >= comfortable) return { verdict: 'good', found };
    return { verdict: left >= needed ? 'weak' : 'bad', found, advice: `${advice} ${raise(quotaName)}` };
  },
});

/** The account's limits that tenants share: what is beyond one is answered with 429 (`GET /admin/capacity`). */
export const rooms: readonly Check[] = [
  roomFor({
    name: 'VPCs',
    limit: ['vpc', 'L-F678F1CE'],
    used: ({ ec2 }) => sum(paginateDescribeVpcs({ client: ec2 }, {}), ({ Vpcs = [] }) => Vpcs.length),
    comfortable: 6,
    needed: 1,
    advice: 'The platform makes one, and one for each of a tenant’s.',
    quotaName: 'Amazon VPC, “VPCs per Region”',
  }),
  roomFor({
    name: 'Internet gateways',
    limit: ['vpc', 'L-A4707A72'],
    used: ({ ec2 }) =>
      sum(
        paginateDescribeInternetGateways({ client: ec2 }, {}),
        ({ InternetGateways = [] }) => InternetGateways.length,
      ),
    comfortable: 6,
    needed: 1,
    advice: 'Every VPC has one, the platform’s and each of a tenant’s.',
    quotaName: 'Amazon VPC, “Internet gateways per Region”',
  }),
  roomFor({
    name: 'Load balancers',
    limit: ['elasticloadbalancing', 'L-53DA6B97'],
    used: ({ balancing }) =>
      sum(
        paginateDescribeLoadBalancers({ client: balancing }, {}),
        ({ LoadBalancers = [] }) => LoadBalancers.filter(({ Type }) => Type === 'application').length,
      ),
    comfortable: 10,
    needed: 0,
    advice: 'Tenants have one for each of theirs; the platform itself needs none.',
    quotaName: 'Elastic Load Balancing, “Application Load Balancers per Region”',
  }),
  roomFor({
    name: 'Storage (gp3)',
    limit: ['ebs', 'L-7A658B76'],
    unit: ' TiB',
    used: async ({ ec2 }) => {
      const Filters = [{ Name: 'volume-type', Values: ['gp3'] }];
      const gib = await sum(paginateDescribeVolumes({ client: ec2 }, { Filters }), ({ Volumes = [] }) =>
        Volumes.reduce((total, { Size = 0 }) => total + Size, 0),
      );
      return gib / gibInTib;
    },
    comfortable: 5,
    needed: 0,
    advice: 'The disks of instances and the volumes of tenants lie in it.',
    quotaName: 'Amazon EBS, “Storage for General Purpose SSD (gp3) volumes, in TiB”',
  }),
];
