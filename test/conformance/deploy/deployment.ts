import { Agent } from 'node:https';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { MiniStack } from './ministack.ts';
import { run } from './run-command.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
const account = '000000000000';
const region = 'us-east-1';
const stage = 'proof';

/** Over the defaults of a deployment. `docs/limits-of-emulators.md` says what `deploymentProof` leaves out, and why. */
const context = {
  stage,
  deploymentProof: 'true',
  registration: 'open',
  mailFrom: 'cloud@example.com',
  authRateLimit: '{"perMinute":600,"burst":100}',
};

export interface Stack {
  name: string;
  status: string;
  resources: { type: string; status: string }[];
  outputs: Record<string, string>;
}

/** The CDK's own command line and the account it works on. */
export const deploymentTo = (server: MiniStack) => {
  const environment: NodeJS.ProcessEnv = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: dirname(server.logFile),
    CI: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    AWS_CA_BUNDLE: server.certificateFile,
    NODE_EXTRA_CA_CERTS: server.certificateFile,
  };
  const assembly = join(dirname(server.logFile), 'cdk.out');
  const command = (...parameters: string[]): Promise<string> =>
    run(process.execPath, [cdk, ...parameters, '--no-notices'], { cwd: root, env: environment });
  const settings = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);

  const config = {
    region,
    endpoint: server.url,
    credentials: server.credentials,
    requestHandler: { httpsAgent: new Agent({ ca: server.certificate }) },
  };
  const cloudFormation = new CloudFormationClient(config);
  const secrets = new SecretsManagerClient(config);

  return {
    /** Bundles and synthesizes once; everything after it works on that assembly. */
    synth: () => command('synth', '--quiet', '--output', assembly, ...settings),
    bootstrap: () => command('bootstrap', `aws://${account}/${region}`, '--app', assembly),
    deploy: () =>
      command('deploy', '--all', '--app', assembly, '--require-approval', 'never', '--progress', 'events'),
    diff: () => command('diff', '--all', '--app', assembly, '--fail'),

    /** Every stack of the stage with its resources. */
    async stacks(): Promise<Stack[]> {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({}));
      const ours = Stacks.filter(({ StackName }) => StackName?.startsWith(`the-cloud-${stage}-`));
      return Promise.all(
        ours.map(async ({ StackName = '', StackStatus = '', Outputs = [] }) => {
          const { StackResources = [] } = await cloudFormation.send(
            new DescribeStackResourcesCommand({ StackName }),
          );
          return {
            name: StackName,
            status: StackStatus,
            resources: StackResources.map(({ ResourceType = '', ResourceStatus = '' }) => ({
              type: ResourceType,
              status: ResourceStatus,
            })),
            outputs: Object.fromEntries(
              Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
            ),
          };
        }),
      );
    },

    async secret(arn: string): Promise<string> {
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
      if (!SecretString) throw new Error(`The secret ${arn} has no value.`);
      return SecretString;
    },
  };
};

export type Deployment = ReturnType<typeof deploymentTo>;
