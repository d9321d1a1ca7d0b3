import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client, Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { platformTags } from '../../platform/aws/ec2/tags.ts';
import { createBalancers } from './backend.elbv2/balancers.ts';
import { createElbCalls } from './backend.elbv2/calls.ts';
import { createListeners } from './backend.elbv2/listeners.ts';
import { createMembers } from './backend.elbv2/members.ts';
import { createSecurityGroups } from './backend.elbv2/security-group.ts';
import { createTargetGroups } from './backend.elbv2/target-groups.ts';
import type { BalancerRef, LoadBalancing, ObservedBalancer, ObservedGroup, Owner } from './backend.ts';

export interface ElbLoadBalancingOptions {
  elb: ElasticLoadBalancingV2Client;
  ec2: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** The LoadBalancing port on Elastic Load Balancing v2. Only translates: which call comes next is the controller's matter. */
export const createElbLoadBalancing = ({
  elb,
  ec2,
  budget,
  stage,
}: ElbLoadBalancingOptions): LoadBalancing => {
  const calls = createElbCalls(elb, budget);
  const tagsOf = ({ id, tenant, name }: Owner): Tag[] =>
    platformTags({ stage, tenant, name, resource: id }).map(({ Key = '', Value }) => ({ Key, Value }));
  const balancers = createBalancers(calls, tagsOf);
  const listeners = createListeners(calls, tagsOf);
  const targetGroups = createTargetGroups(calls, tagsOf);
  const members = createMembers(calls);
  const securityGroups = createSecurityGroups(createEc2Calls(ec2, budget), stage);

  const observeGroups = async (
    { id, groups, byName }: BalancerRef,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, ObservedGroup>> => {
    const seen = await Promise.all(
      groups.map(async (group): Promise<[number, ObservedGroup][]> => {
        const arn = group.id ?? (byName ? await targetGroups.find(id, group.weight, signal) : undefined);
        const inIt = arn && (await members.observe(arn, signal));
        return arn && inIt ? [[group.weight, { id: arn, members: inIt }]] : [];
      }),
    );
    return new Map(seen.flat());
  };

  const observeSecurityGroup = async (
    { id, vpcId, securityGroup, byName }: BalancerRef,
    signal: AbortSignal,
  ): Promise<string | undefined> =>
    securityGroup ?? (vpcId && byName ? securityGroups.find(id, vpcId, signal) : undefined);

  return {
    async observe(refs, signal) {
      const seen = await balancers.observe(refs, signal);
      const observed = await Promise.all(
        refs.map(async (ref): Promise<[string, ObservedBalancer]> => {
          const balancer = seen.get(ref.id);
          const [listener, groups, securityGroup] = await Promise.all([
            balancer && listeners.observe(balancer.id, signal),
            observeGroups(ref, signal),
            observeSecurityGroup(ref, signal),
          ]);
          return [ref.id, { balancer, listener, groups, securityGroup }];
        }),
      );
      return new Map(observed);
    },

    ensureSecurityGroup: (request, signal) => securityGroups.ensure(request, signal),
    createBalancer: (request, signal) => balancers.create(request, signal),
    createGroup: (request, signal) => targetGroups.create(request, signal),
    configureGroup: (groupId, settings, signal) => targetGroups.configure(groupId, settings, signal),
    createListener: (owner, balancerId, settings, signal) =>
      listeners.create(owner, balancerId, settings, signal),
    updateListener: (listenerId, settings, signal) => listeners.update(listenerId, settings, signal),
    register: (groupId, wanted, signal) => members.register(groupId, wanted, signal),
    deregister: (groupId, unwanted, signal) => members.deregister(groupId, unwanted, signal),
    deleteBalancer: (balancerId, signal) => balancers.delete(balancerId, signal),
    deleteGroup: (groupId, signal) => targetGroups.delete(groupId, signal),
    deleteSecurityGroup: (groupId, signal) => securityGroups.delete(groupId, signal),
  };
};
