import type { GetAccountCommandInput, GetAccountCommandOutput } from '@aws-sdk/client-sesv2';
import type { Action } from '../stand-in.ts';

type Output = Omit<GetAccountCommandOutput, '$metadata'>;

/** Of an account that has left the sandbox, with the quota that AWS then starts with. */
export const getAccount: Action<GetAccountCommandInput, Output> = () => ({
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  EnforcementStatus: 'HEALTHY',
  DedicatedIpAutoWarmupEnabled: false,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
});
