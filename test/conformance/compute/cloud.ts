import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** A place where EC2 answers: what the suite needs of it, whoever it is. */
export interface Cloud {
  ec2: EC2Client;
  /** Another client, which tries each call once. */
  ec2Once: EC2Client;
  ssm: SSMClient;
  vpcId: string;
  /** At least two, in different zones. */
  subnets: { subnetId: string; zone: string }[];
  /** Launches as many machines as a call asks for at least, where EC2 launches as many as there is room for. */
  launchesTheLeast?: boolean;
  stop(): Promise<void>;
}
