import { AwsError } from '../../stand-in.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { BalancerRecord, ListenerRecord, TargetGroupRecord } from '../store/records.ts';

export const balancerNotFound = (): AwsError =>
  new AwsError('LoadBalancerNotFoundException', 'One or more load balancers not found');
export const targetGroupNotFound = (): AwsError =>
  new AwsError('TargetGroupNotFoundException', 'One or more target groups not found');
const listenerNotFound = (): AwsError =>
  new AwsError('ListenerNotFoundException', 'One or more listeners not found');

/** @throws LoadBalancerNotFoundException */
export const getBalancer = (arn: string | undefined, { balancers }: AccountStore): BalancerRecord => {
  const found = balancers.find(arn ?? '');
  if (!found) throw balancerNotFound();
  return found;
};

/** @throws TargetGroupNotFoundException */
export const getTargetGroup = (arn: string | undefined, { groups }: AccountStore): TargetGroupRecord => {
  const found = groups.find(arn ?? '');
  if (!found) throw targetGroupNotFound();
  return found;
};

/** @throws ListenerNotFoundException */
export const getListener = (arn: string | undefined, { listeners }: AccountStore): ListenerRecord => {
  const found = listeners.find(arn ?? '');
  if (!found) throw listenerNotFound();
  return found;
};

/** Listeners that forward to a target group; all of one balancer. */
export const listenersOfGroup = (
  groupArn: string,
  { listeners }: Pick<AccountStore, 'listeners'>,
): ListenerRecord[] =>
  listeners.list().filter(({ forward }) => forward.some(({ targetGroupArn }) => targetGroupArn === groupArn));
