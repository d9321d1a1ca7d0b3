import { DatabaseSync } from 'node:sqlite';
import type { Caller, StandIn } from '../../../../local/aws/stand-in.ts';
import { VirtualTimers } from '../../../../local/clock.ts';

export const caller: Caller = {
  account: '000000000000',
  region: 'us-east-1',
  arn: 'arn:aws:sts::000000000000:assumed-role/api/api',
};

export const stranger: Caller = { ...caller, account: '111111111111', arn: 'arn:aws:iam::111111111111:root' };

/** What stand-ins are given, in memory and at a clock that stands still. */
export const standInContext = () => ({
  timers: new VirtualTimers(),
  database: new DatabaseSync(':memory:'),
  limits: 'default' as const,
});

/** Calls an action without SDK and host in between. */
export const call = async <Output = Record<string, unknown>>(
  standIn: StandIn,
  operation: string,
  input: object,
  by: Caller = caller,
): Promise<Output> => (await standIn.actions[`${operation}Command`]?.(input, by)) as Output;
