import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { GetAccountCommand } from '@aws-sdk/client-sesv2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Check } from './finding.ts';
import { rooms } from './room.ts';
import { quota, raise } from './service-quota.ts';

/** Version of the CDK's bootstrap stack from which `cdk deploy` works. Newer ones bring nothing that the stacks need. */
const oldestBootstrap = 6;

/** Workers may take 42 executions and the stream two; the rest is the API's. */
const fewestExecutions = 50;
const comfortableExecutions = 200;

/** A `t3.micro` counts two; the default quota of a tenant is 40. */
const fewestVcpus = 2;
const comfortableVcpus = 40;

const identity: Check = {
  name: 'Identity',
  refusedAdvice:
    'Give credentials of the account (AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret) and AWS_REGION.',
  look: async ({ sts }) => {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return { verdict: 'good', found: `account ${Account} as ${Arn}, region ${await sts.config.region()}` };
  },
};

const bootstrap: Check = {
  name: 'CDK bootstrap',
  look: async ({ ssm }) => {
    const advice = 'Run: npx cdk bootstrap';
    try {
      const { Parameter } = await ssm.send(
        new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' }),
      );
      const version = Number(Parameter?.Value);
      if (version >= oldestBootstrap) return { verdict: 'good', found: `version ${version}` };
      return { verdict: 'bad', found: `version ${Parameter?.Value}, ${oldestBootstrap} is needed`, advice };
    } catch (error) {
      if ((error as Error).name !== 'ParameterNotFound') throw error;
      return { verdict: 'bad', found: 'not done in this region', advice };
    }
  },
};

const zones: Check = {
  name: 'Availability zones',
  look: async ({ ec2 }) => {
    const { AvailabilityZones = [] } = await ec2.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
      }),
    );
    const names = AvailabilityZones.filter(({ State }) => State === 'available').map(
      ({ ZoneName }) => ZoneName,
    );
    if (names.length >= 2) return { verdict: 'good', found: names.join(', ') };
    return {
      verdict: 'bad',
      found: names.length === 0 ? 'none is available' : `only ${names[0]} is available`,
      advice: 'The landing network needs two: choose another region (AWS_REGION).',
    };
  },
};

const concurrency: Check = {
  name: 'Lambda concurrency',
  look: async (clients) => {
    const executions = await quota(clients, 'lambda', 'L-B99A9384');
    const found = `${executions} executions at once`;
    if (executions >= comfortableExecutions) return { verdict: 'good', found };
    const advice = raise('AWS Lambda, “Concurrent executions”');
    return { verdict: executions >= fewestExecutions ? 'weak' : 'bad', found, advice };
  },
};

const vcpus: Check = {
  name: 'vCPUs for instances',
  look: async (clients) => {
    const limit = await quota(clients, 'ec2', 'L-1216C47A');
    const found = `${limit} of the standard families`;
    if (limit >= comfortableVcpus) return { verdict: 'good', found };
    const advice = raise('Amazon EC2, “Running On-Demand Standard instances”');
    return { verdict: limit >= fewestVcpus ? 'weak' : 'bad', found, advice };
  },
};

const mail: Check = {
  name: 'Mail (SES)',
  refused: 'weak',
  look: async ({ ses }) => {
    const { ProductionAccessEnabled, SendingEnabled } = await ses.send(new GetAccountCommand({}));
    if (ProductionAccessEnabled && SendingEnabled) return { verdict: 'good', found: 'may write to anybody' };
    return {
      verdict: 'weak',
      found: SendingEnabled ? 'in the sandbox: only verified addresses get mail' : 'sending is switched off',
      advice:
        'Verify the domain of `mailFrom` and ask for production access in the SES console; till then password resets reach nobody.',
    };
  },
};

/** What a deployment hangs on, the identity first. */
export const checks: readonly Check[] = [identity, bootstrap, zones, concurrency, vcpus, ...rooms, mail];
