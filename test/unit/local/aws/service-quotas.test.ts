import { describe, expect, it } from 'vitest';
import { accountLimits } from '../../../../local/aws/ec2/index.ts';
import { createServiceQuotas } from '../../../../local/aws/service-quotas/index.ts';
import { call } from './context.ts';

const vpcs = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };

describe('service quotas', () => {
  it.each([
    ['default', 5],
    ['roomy', 100],
  ] as const)('are those of a %s account', async (limits, Value) => {
    expect(await call(createServiceQuotas({ limits }), 'GetServiceQuota', vpcs)).toMatchObject({
      Quota: { ...vpcs, Value, QuotaArn: 'arn:aws:servicequotas:us-east-1:000000000000:vpc/L-F678F1CE' },
    });
  });

  it.each([
    ['ec2', 'L-1216C47A', { vcpus: 32 }, 32],
    ['ebs', 'L-7A658B76', { gp3TiB: 60 }, 60],
    ['ebs', 'L-309BACF6', { snapshots: 7 }, 7],
    ['vpc', 'L-F678F1CE', { vpcs: 8 }, 8],
    ['vpc', 'L-A4707A72', { internetGateways: 9 }, 9],
    ['vpc', 'L-407747CB', { subnetsPerVpc: 10 }, 10],
    ['vpc', 'L-83CA0A9D', { cidrBlocksPerVpc: 6 }, 6],
    ['vpc', 'L-E79EC296', { securityGroups: 11 }, 11],
    ['vpc', 'L-0EA8095F', { rulesPerSecurityGroup: 12 }, 12],
    ['elasticloadbalancing', 'L-53DA6B97', {}, 50],
    ['elasticloadbalancing', 'L-B22855CB', {}, 3_000],
  ])('of %s, %s is what the stand-ins allow: %o', async (ServiceCode, QuotaCode, changes, Value) => {
    const standIn = createServiceQuotas(
      { limits: 'default' },
      { ec2Limits: () => ({ ...accountLimits.default, ...changes }) },
    );
    expect(await call(standIn, 'GetServiceQuota', { ServiceCode, QuotaCode })).toMatchObject({
      Quota: { Value },
    });
  });

  it('are listed per service', async () => {
    const { Quotas } = await call<{ Quotas: { ServiceCode: string }[] }>(
      createServiceQuotas({ limits: 'default' }),
      'ListServiceQuotas',
      { ServiceCode: 'lambda' },
    );
    expect(Quotas).toMatchObject([{ ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' }]);
  });

  it.each([
    ['GetServiceQuota', { ServiceCode: 'vpc', QuotaCode: 'L-0' }],
    ['ListServiceQuotas', { ServiceCode: 'none' }],
  ])('%s refuses what does not exist', async (operation, input) => {
    await expect(call(createServiceQuotas({ limits: 'default' }), operation, input)).rejects.toMatchObject({
      name: 'NoSuchResourceException',
    });
  });
});
