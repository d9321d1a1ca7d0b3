import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import { startMetering, stopMetering } from '../metrics/service.ts';
import { groupOfPolicy, holdPolicy, releasePolicy } from './policy-keys.ts';
import {
  type PolicyRecord,
  policyOf,
  type ScalingGroupRecord,
  type ScheduledRecord,
  scheduledActionOf,
} from './record.ts';
import {
  type CreatePolicy,
  type CreateScheduledAction,
  maxPolicies,
  maxScheduledActions,
  type Policy,
  type ScheduledAction,
} from './rule-schema.ts';
import { nextRunOf } from './scheduled.ts';

type Group = ScalingGroupRecord;

export interface ScalingRulesOptions {
  tables: Pick<Tables, 'get'>;
  store: Pick<ResourceStore<Group>, 'get' | 'change'>;
  clock: Clock;
  newId: NewId;
}

/** @throws CloudError `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED` where there are as many as a group has */
const checkRoom = (
  all: readonly { name: string }[],
  name: string,
  { label, most }: { label: string; most: number },
): void => {
  if (all.some((one) => one.name === name))
    throw new CloudError('CONFLICT', `the name ${name} is taken by another ${label} of the group`);
  if (all.length >= most)
    throw new CloudError('RESOURCE_LIMIT_EXCEEDED', `the group has ${most} already, which is the most`);
};

/** What makes a group change its size by itself: policies (contract 2.9), and actions at times of their own. */
export class ScalingRules {
  readonly #options: ScalingRulesOptions;

  constructor(options: ScalingRulesOptions) {
    this.#options = options;
  }

  /**
   * Adds a policy. With the first of a group its metrics are collected, from the next minute on.
   * @throws CloudError `NOT_FOUND`, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED`
   */
  async createPolicy(caller: Caller, groupId: string, input: CreatePolicy): Promise<Policy> {
    const id = this.#options.newId();
    const policy: PolicyRecord = { id, ...input };
    const answer = policyOf(policy, groupId);
    await this.#change(
      caller,
      groupId,
      ({ tenant, policies }) => {
        checkRoom(policies, input.name, { label: 'policy', most: maxPolicies });
        const all = [...policies, policy];
        return {
          set: { policies: all },
          extra: [holdPolicy(tenant, id, groupId), this.#metering(tenant, groupId, all)],
        };
      },
      answer,
    );
    return answer;
  }

  /** Oldest first. @throws CloudError `NOT_FOUND` */
  async policies(caller: Caller, groupId: string): Promise<Policy[]> {
    const { policies } = await this.#get(caller, groupId);
    return policies.map((policy) => policyOf(policy, groupId));
  }

  /** With the last policy of a group its metrics are collected no more. @throws CloudError `NOT_FOUND` */
  async deletePolicy(caller: Caller, policyId: string): Promise<void> {
    const { tenant } = caller.principal;
    const groupId = await groupOfPolicy(this.#options.tables, tenant, policyId, caller.signal);
    if (groupId === undefined) throw notFound('policy');
    await this.#change(
      caller,
      groupId,
      ({ policies }) => {
        const left = policies.filter(({ id }) => id !== policyId);
        if (left.length === policies.length) throw notFound('policy');
        return {
          set: { policies: left },
          extra: [releasePolicy(tenant, policyId), this.#metering(tenant, groupId, left)],
        };
      },
      undefined,
    );
  }

  /** @throws CloudError `NOT_FOUND`, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED`, `INVALID_INPUT` for a time that is past */
  async createScheduledAction(
    caller: Caller,
    groupId: string,
    input: CreateScheduledAction,
  ): Promise<ScheduledAction> {
    const { clock, newId } = this.#options;
    const now = clock.now();
    if (input.at !== undefined && Date.parse(input.at) <= now) throw invalid('at', 'must lie in the future');
    const next_run_at = nextRunOf(input, now);
    if (next_run_at === undefined) throw invalid('cron', 'never falls due');
    const action: ScheduledRecord = { id: newId(), ...input, next_run_at };
    const answer = scheduledActionOf(action, groupId);
    await this.#change(
      caller,
      groupId,
      ({ scheduled }) => {
        checkRoom(scheduled, input.name, { label: 'scheduled action', most: maxScheduledActions });
        return { set: { scheduled: [...scheduled, action] } };
      },
      answer,
    );
    return answer;
  }

  /** Oldest first. @throws CloudError `NOT_FOUND` */
  async scheduledActions(caller: Caller, groupId: string): Promise<ScheduledAction[]> {
    const { scheduled } = await this.#get(caller, groupId);
    return scheduled.map((action) => scheduledActionOf(action, groupId));
  }

  /** @throws CloudError `NOT_FOUND` */
  async deleteScheduledAction(caller: Caller, groupId: string, actionId: string): Promise<void> {
    await this.#change(
      caller,
      groupId,
      ({ scheduled }) => {
        const left = scheduled.filter(({ id }) => id !== actionId);
        if (left.length === scheduled.length) throw notFound('scheduled action');
        return { set: { scheduled: left } };
      },
      undefined,
    );
  }

  #get(caller: Caller, groupId: string): Promise<Group> {
    return this.#options.store.get(caller.principal.tenant, groupId, { signal: caller.signal });
  }

  /** A change of what is wanted, looked at at once: the next time that something falls due follows from it. */
  async #change(
    caller: Caller,
    groupId: string,
    decide: (current: Group) => { set: Partial<Group>; extra?: Write[] },
    answer: unknown,
  ): Promise<void> {
    const event = requested(this.#options, caller, 'update');
    await this.#options.store.change(
      caller,
      groupId,
      (current) => {
        const { set, extra } = decide(current);
        return { set: { ...set, event }, extra, intent: true };
      },
      () => answer,
    );
  }

  #metering(tenant: string, group: string, policies: readonly PolicyRecord[]): Write {
    const memory = policies.some(({ metric_type }) => metric_type === 'memory');
    return policies.length > 0
      ? startMetering({ tenant, group }, { memory })
      : stopMetering({ tenant, group });
  }
}
