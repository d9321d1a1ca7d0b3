import { EC2Client } from '@aws-sdk/client-ec2';
import { type CallBudget, createCallBudget } from '../platform/aws/call-budget.ts';
import { awsClient } from '../platform/aws/client.ts';
import { workloadAccount } from '../platform/aws/workload-role.ts';
import type { Clock } from '../platform/clock.ts';
import type { Tables } from '../platform/table/types.ts';
import { config } from './config.ts';

/** Milliseconds. RunInstances itself takes a few seconds at times. */
const connectionTimeout = 1_000;
const requestTimeout = 8_000;

/** Settings of clients that work in the account where instances live: the function's own, or the workload account. */
export const workloadClient = () => ({
  ...workloadAccount(config('WORKLOAD_ROLE_ARN').WORKLOAD_ROLE_ARN),
  requestHandler: { connectionTimeout, requestTimeout },
});

export const ec2Client = (settings: ReturnType<typeof workloadClient>): EC2Client =>
  awsClient(EC2Client, 'EC2', settings);

/** One that tries each call once, for creations that EC2 takes no client token for. */
export const ec2ClientOnce = (settings: ReturnType<typeof workloadClient>): EC2Client =>
  awsClient(EC2Client, 'EC2', { ...settings, maxAttempts: 1 });

/**
 * EC2's request budget is divided: what users read must not starve what brings their instances about, nor the other way
 * round.
 */
const shares = { control: 0.8, telemetry: 0.2 } as const;

export const callBudget = (name: keyof typeof shares, parts: { tables: Tables; clock: Clock }): CallBudget =>
  createCallBudget({
    ...parts,
    budgets: config('CALL_BUDGETS').CALL_BUDGETS,
    share: { name, part: shares[name] },
  });
