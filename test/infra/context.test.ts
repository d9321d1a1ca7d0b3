import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextKeys, parseContext } from '../../infra/context.ts';

describe('the context', () => {
  it('has a safe default for everything', () => {
    expect(parseContext({})).toMatchObject({
      stage: 'dev',
      registration: 'closed',
      quotas: { instances: 20, vcpus: 40, vpcs: 5 },
      rateLimit: { requestsPerSecond: 100, burst: 200 },
      authRateLimit: { perMinute: 5, burst: 5 },
      waf: false,
      deletionProtection: true,
      logRetentionDays: 30,
      deploymentProof: false,
    });
  });

  it.each([
    ['an object', { quotas: '{"instances":5}' }, { quotas: { instances: 5, vcpus: 40, vpcs: 5 } }],
    ['a list', { allowedOrigins: '["https://a.example"]' }, { allowedOrigins: ['https://a.example'] }],
    ['a boolean', { waf: 'true' }, { waf: true }],
    ['a number', { logRetentionDays: '7' }, { logRetentionDays: 7 }],
    ['plain text', { registration: 'open' }, { registration: 'open' }],
  ])('reads %s from the command line', (_, given, read) => {
    expect(parseContext(given)).toMatchObject(read);
  });

  it.each([
    ['an unknown key', { registrations: 'open' }, /registrations: unknown; known are .*registration/],
    ['an unknown key inside', { quotas: { instance: 5 } }, /quotas\.instance: unknown/],
    ['a bad value', { registration: 'maybe' }, /registration: .*"open"\|"invite"\|"closed"/],
    [
      'a retention that CloudWatch does not know',
      { logRetentionDays: 31 },
      /logRetentionDays: one of 1, 3, 5/,
    ],
    ['a stage that can’t be part of a name', { stage: 'Prod!' }, /stage: lower-case/],
    [
      'a stage that leaves no room for an id in a name',
      { stage: 'a-longer-stage-1' },
      /stage: .*15 characters/,
    ],
    [
      'a certificate in another region',
      {
        customDomain: {
          name: 'a.example',
          certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1',
          hostedZoneId: 'Z',
        },
      },
      /customDomain\.certificateArn: the ARN of a certificate in us-east-1/,
    ],
    ['broken JSON', { quotas: '{"instances":' }, /quotas: /],
    ['an AMI id that is none', { amiAllowList: ['ami-1'] }, /amiAllowList\.0: an AMI id/],
  ])('refuses %s and names the key', (_, given, message) => {
    expect(() => parseContext(given)).toThrow(message);
  });

  it('names all that is wrong at once', () => {
    expect(() => parseContext({ stage: '', tracing: 'perhaps', nothing: 1 })).toThrow(
      /stage:[\s\S]*tracing:[\s\S]*nothing: unknown/,
    );
  });

  it('lets the CDK’s own keys pass', () => {
    expect(
      parseContext({
        '@aws-cdk/core:newStyleStackSynthesis': true,
        'aws:cdk:enable-path-metadata': true,
        'availability-zones:account=1:region=x': [],
      }).stage,
    ).toBe('dev');
  });

  it('is documented key by key', () => {
    const page = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
    expect(contextKeys.filter((key) => !page.includes(`| \`${key}\` |`))).toEqual([]);
  });
});
