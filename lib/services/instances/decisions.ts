import { CloudError } from '../../platform/errors/index.ts';
import type { InstanceRecord } from './record.ts';

/** A change of what is wanted, or `undefined` where that is wanted already. */
export type Decision = Partial<InstanceRecord> | undefined;

const notRunning = (current: InstanceRecord): CloudError =>
  new CloudError('INSTANCE_NOT_RUNNING', `the instance is ${current.status}, not RUNNING`);

/** What the instance is on its way to, or is. */
const targetOf = (current: InstanceRecord): string => current.desired_status ?? current.status;

/** A launch under way may be stopped too. @throws CloudError `INSTANCE_NOT_RUNNING` for one in `ERROR` */
export const decideStop = (current: InstanceRecord): Decision => {
  if (current.status === 'ERROR') throw notRunning(current);
  return targetOf(current) === 'STOPPED' ? undefined : { desired_status: 'STOPPED' };
};

/** @throws CloudError `CONFLICT` for one in `ERROR` */
export const decideStart = (current: InstanceRecord): Decision => {
  if (current.status === 'ERROR') {
    throw new CloudError('CONFLICT', 'the instance is in ERROR; delete it and launch another');
  }
  if (targetOf(current) !== 'STOPPED') return undefined;
  return { status: current.status === 'STOPPED' ? 'STARTING' : current.status, desired_status: 'RUNNING' };
};

/** @throws CloudError `INSTANCE_NOT_RUNNING` unless it runs and shall go on running */
export const decideRestart = (current: InstanceRecord): Decision => {
  if (current.status !== 'RUNNING' || targetOf(current) !== 'RUNNING') throw notRunning(current);
  return { desired_status: 'RUNNING', restarts_wanted: (current.restarts_wanted ?? 0) + 1 };
};

/** @param confirm the instance's name lifts its protection. @throws CloudError `CONFLICT` under termination protection */
export const checkTermination = (current: InstanceRecord, confirm: string | undefined): void => {
  if (!current.termination_protection || confirm === current.name) return;
  throw new CloudError(
    'CONFLICT',
    'the instance is protected from termination; repeat with ?confirm=<its name> if it shall end',
  );
};
