import type { Caller, StandIn, StandInContext } from '../stand-in.ts';
import { assumeRole, type Trusts } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { Sessions } from './sessions.ts';

export interface StsControls {
  /** Who holds temporary credentials; undefined for a key that STS never gave, or that has expired. */
  findCaller(accessKeyId: string, region: string): (Caller & { roleArn: string }) | undefined;
}

/** STS. Without `trusts`, every role of every account lets everybody assume it. */
export const createSts = (
  { timers, database }: Pick<StandInContext, 'timers' | 'database'>,
  { trusts = () => true }: { trusts?: Trusts } = {},
): StandIn & { controls: StsControls } => {
  const sessions = new Sessions(database, timers);
  return {
    client: 'STSClient',
    actions: {
      AssumeRoleCommand: assumeRole(sessions, trusts),
      GetCallerIdentityCommand: getCallerIdentity,
    },
    controls: { findCaller: (accessKeyId, region) => sessions.find(accessKeyId, region) },
  };
};
