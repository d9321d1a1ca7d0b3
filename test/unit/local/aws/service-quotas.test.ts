import { describe, expect, it } from 'vitest';
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
