import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../infra/app.ts';
import { checkWithNag } from '../../infra/nag.ts';
import { emptyBundles, temporaryFolder } from './synthesized.ts';

interface Report {
  pluginReports: {
    pluginName: string;
    conclusion: string;
    violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[];
  }[];
}

const bundles = emptyBundles();

/** Findings as `rule: construct`. */
const check = (
  context: Record<string, unknown>,
  spoil: (app: ReturnType<typeof createApp>) => void = () => {},
) => {
  const outdir = temporaryFolder();
  const app = createApp({ context, outdir, bundles });
  spoil(app);
  checkWithNag(app);
  let refused = false;
  try {
    app.synth();
  } catch (error) {
    if ((error as Error).name !== 'ValidationFailed') throw error;
    refused = true;
  }
  const report: Report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return {
    refused,
    findings: report.pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName}: ${constructPath}`),
      ),
    ),
  };
};

describe('cdk-nag', () => {
  it.each([
    ['as it is by default', {}],
    [
      'with everything switched on',
      {
        alarmEmail: 'alarms@example.com',
        mailFrom: 'cloud@example.com',
        waf: true,
        workloadRoleArn: 'arn:aws:iam::123456789012:role/workload',
        customDomain: {
          name: 'cloud.example.com',
          certificateArn:
            'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
          hostedZoneId: 'Z123',
        },
      },
    ],
    ['without tracing and deletion protection', { tracing: false, deletionProtection: false }],
  ])('finds nothing in the app %s', (_, context) => {
    expect(check(context)).toEqual({ refused: false, findings: [] });
  });

  it('finds what is wrong, so that finding nothing means something', () => {
    const { findings, refused } = check({}, (app) => {
      new Queue(app.node.findChild('the-cloud-dev-workers') as Stack, 'Careless');
    });
    expect(refused).toBe(true);
    expect(findings).toContain('AwsSolutions-SQS3: the-cloud-dev-workers/Careless/Resource');
    expect(findings).toContain('Serverless-SQSRedrivePolicy: the-cloud-dev-workers/Careless/Resource');
  });
});
