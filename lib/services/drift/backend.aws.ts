import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { balancerPages, targetGroupPages } from './backend.aws/balancing.ts';
import { instancePages } from './backend.aws/instances.ts';
import { groupPages, subnetPages, vpcPages } from './backend.aws/networks.ts';
import { snapshotPages, volumePages } from './backend.aws/storage.ts';
import type { CloudListing } from './backend.ts';

export interface AwsListingOptions {
  ec2: EC2Client;
  balancing: ElasticLoadBalancingV2Client;
  budget: CallBudget;
  /** Only what carries this stage's tag is listed. */
  stage: string;
}

/** All that a stage has on EC2, EBS and Elastic Load Balancing, by the tag that the platform writes on everything. */
export const createAwsListing = ({ ec2, balancing, budget, stage }: AwsListingOptions): CloudListing => {
  const source = { read: createEc2Calls(ec2, budget).read, stage };
  const elb = { client: balancing, budget, stage };
  return {
    pages(kind, signal) {
      switch (kind) {
        case 'INSTANCE':
          return instancePages(source, signal);
        case 'VOLUME':
          return volumePages(source, signal);
        case 'SNAPSHOT':
          return snapshotPages(source, signal);
        case 'VPC':
          return vpcPages(source, signal);
        case 'SUBNET':
          return subnetPages(source, signal);
        case 'SECURITY_GROUP':
          return groupPages(source, signal);
        case 'LOAD_BALANCER':
          return balancerPages(elb, signal);
        case 'TARGET_GROUP':
          return targetGroupPages(elb, signal);
      }
    },
  };
};
