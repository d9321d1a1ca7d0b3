import {
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  type LoadBalancerTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checks } from '../../scripts/doctor/checks.ts';
import { createClients } from '../../scripts/doctor/clients.ts';
import { examine } from '../../scripts/doctor/examine.ts';

const ec2 = mockClient(EC2Client);
const balancing = mockClient(ElasticLoadBalancingV2Client);
const quotas = mockClient(ServiceQuotasClient);
const ses = mockClient(SESv2Client);
const ssm = mockClient(SSMClient);
const sts = mockClient(STSClient);

const named = (name: string): Error => Object.assign(new Error('refused'), { name });
const zone = (ZoneName: string, State: 'available' | 'impaired' = 'available') => ({ ZoneName, State });
const balancer = (Type: LoadBalancerTypeEnum) => ({ Type });
const quota = (QuotaCode: string, Value: number) =>
  quotas.on(GetServiceQuotaCommand, { QuotaCode }).resolves({ Quota: { Value } });

/** An account in which nothing is missing. */
beforeEach(() => {
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/operator' });
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '28' } });
  ec2
    .on(DescribeAvailabilityZonesCommand)
    .resolves({ AvailabilityZones: [zone('us-east-1a'), zone('us-east-1b')] });
  ec2.on(DescribeVpcsCommand).resolves({ Vpcs: [{}] });
  ec2.on(DescribeInternetGatewaysCommand).resolves({ InternetGateways: [{}] });
  ec2.on(DescribeVolumesCommand).resolves({ Volumes: [{ Size: 512 }] });
  balancing.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [balancer('application')] });
  ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: true, SendingEnabled: true });
  quota('L-B99A9384', 1000);
  quota('L-F678F1CE', 100);
  quota('L-1216C47A', 640);
  quota('L-A4707A72', 100);
  quota('L-53DA6B97', 50);
  quota('L-7A658B76', 50);
});

afterEach(() => {
  for (const mock of [balancing, ec2, quotas, ses, ssm, sts]) mock.reset();
});

const finding = async (name: string) =>
  (await examine(checks, createClients())).find((one) => one.name === name);

describe('the doctor', () => {
  it('finds an account ready in which nothing is missing', async () => {
    const findings = await examine(checks, createClients());
    expect(findings.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual(
      checks.map(({ name }) => `${name}: good`),
    );
    expect(findings.every(({ advice }) => advice === undefined)).toBe(true);
  });

  it('stops where there are no credentials', async () => {
    sts.on(GetCallerIdentityCommand).rejects(named('CredentialsProviderError'));
    const findings = await examine(checks, createClients());
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      name: 'Identity',
      verdict: 'bad',
      advice: expect.stringContaining('AWS_PROFILE'),
    });
  });

  it.each([
    [
      'the account is not bootstrapped',
      'CDK bootstrap',
      'bad',
      /npx cdk bootstrap/,
      () => ssm.on(GetParameterCommand).rejects(named('ParameterNotFound')),
    ],
    [
      'the bootstrap stack is too old',
      'CDK bootstrap',
      'bad',
      /npx cdk bootstrap/,
      () => ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '4' } }),
    ],
    [
      'only one zone works',
      'Availability zones',
      'bad',
      /another region/,
      () =>
        ec2
          .on(DescribeAvailabilityZonesCommand)
          .resolves({ AvailabilityZones: [zone('a'), zone('b', 'impaired')] }),
    ],
    [
      'Lambda may run ten at once, as in a new account',
      'Lambda concurrency',
      'bad',
      /Concurrent executions/,
      () => quota('L-B99A9384', 10),
    ],
    [
      'Lambda may run a hundred at once',
      'Lambda concurrency',
      'weak',
      /Concurrent executions/,
      () => quota('L-B99A9384', 100),
    ],
    ['all VPCs are used', 'VPCs', 'bad', /VPCs per Region/, () => quota('L-F678F1CE', 1)],
    ['few VPCs are left', 'VPCs', 'weak', /VPCs per Region/, () => quota('L-F678F1CE', 5)],
    [
      'all internet gateways are used',
      'Internet gateways',
      'bad',
      /Internet gateways per Region/,
      () => quota('L-A4707A72', 1),
    ],
    [
      'few internet gateways are left, as in a new account',
      'Internet gateways',
      'weak',
      /Internet gateways per Region/,
      () => quota('L-A4707A72', 5),
    ],
    [
      'few load balancers are left, counted over two pages',
      'Load balancers',
      'weak',
      /Application Load Balancers per Region/,
      () => {
        quota('L-53DA6B97', 11);
        const page = { LoadBalancers: [balancer('application'), balancer('network')] };
        balancing.on(DescribeLoadBalancersCommand).resolves(page);
        balancing
          .on(DescribeLoadBalancersCommand, { Marker: undefined })
          .resolves({ ...page, NextMarker: '2' });
      },
    ],
    [
      'little storage is left',
      'Storage (gp3)',
      'weak',
      /gp3/,
      () => ec2.on(DescribeVolumesCommand).resolves({ Volumes: [{ Size: 46 * 1_024 }] }),
    ],
    ['no instance may run', 'vCPUs for instances', 'bad', /On-Demand Standard/, () => quota('L-1216C47A', 1)],
    [
      'few instances may run',
      'vCPUs for instances',
      'weak',
      /On-Demand Standard/,
      () => quota('L-1216C47A', 5),
    ],
    [
      'SES is in its sandbox',
      'Mail (SES)',
      'weak',
      /production access/,
      () => ses.on(GetAccountCommand).resolves({ ProductionAccessEnabled: false, SendingEnabled: true }),
    ],
    [
      'SES may not be asked',
      'Mail (SES)',
      'weak',
      /right to read/,
      () => ses.on(GetAccountCommand).rejects(named('AccessDeniedException')),
    ],
    [
      'quotas may not be read',
      'VPCs',
      'bad',
      /right to read/,
      () =>
        quotas
          .on(GetServiceQuotaCommand, { QuotaCode: 'L-F678F1CE' })
          .rejects(named('AccessDeniedException')),
    ],
  ] as const)('says what to do when %s', async (_, name, verdict, advice, arrange) => {
    arrange();
    expect(await finding(name)).toMatchObject({ verdict, advice: expect.stringMatching(advice) });
  });
});
