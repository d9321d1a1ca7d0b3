import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Member, MemberState, ObservedMember } from '../backend.ts';
import type { ElbCalls } from './calls.ts';
import { elbFailure, failedFor } from './failures.ts';

const memberOf = ({ Target, TargetHealth }: TargetHealthDescription): ObservedMember => ({
  machineId: Target?.Id as string,
  port: Target?.Port ?? 0,
  state: (TargetHealth?.State ?? 'initial') as MemberState,
  machineIsDown: TargetHealth?.Reason === 'Target.InvalidState',
});

const described = (members: readonly Member[]) =>
  members.map(({ machineId, port }) => ({ Id: machineId, Port: port }));

/** The targets of a target group. */
export const createMembers = (calls: ElbCalls) => ({
  /** `undefined` for a group that is not there. */
  async observe(groupArn: string, signal: AbortSignal): Promise<ObservedMember[] | undefined> {
    try {
      const { TargetHealthDescriptions = [] } = await calls.attempt(
        'ElbDescribe',
        (client) =>
          client.send(new DescribeTargetHealthCommand({ TargetGroupArn: groupArn }), { abortSignal: signal }),
        signal,
      );
      return TargetHealthDescriptions.map(memberOf);
    } catch (error) {
      if (failedFor(error, 'TargetGroupNotFoundException')) return undefined;
      throw elbFailure(error);
    }
  },

  async register(groupArn: string, members: readonly Member[], signal: AbortSignal): Promise<void> {
    const command = new RegisterTargetsCommand({ TargetGroupArn: groupArn, Targets: described(members) });
    await calls.send('ElbRegister', (client) => client.send(command, { abortSignal: signal }), signal);
  },

  async deregister(groupArn: string, members: readonly Member[], signal: AbortSignal): Promise<void> {
    const command = new DeregisterTargetsCommand({ TargetGroupArn: groupArn, Targets: described(members) });
    try {
      await calls.attempt('ElbRegister', (client) => client.send(command, { abortSignal: signal }), signal);
    } catch (error) {
      // What is not registered, or no longer there at all, is what was wanted.
      if (!failedFor(error, 'InvalidTargetException')) throw elbFailure(error);
    }
  },
});
