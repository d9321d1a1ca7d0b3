import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import { removeUnused } from '../../platform/store/remove-unused.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import { maxSecurityGroups } from '../instances/schema.ts';
import type { InstanceRecord } from '../instances/service.ts';
import { addressPlans } from '../vpcs/service.ts';
import { canonicalRule } from './canonical-rule.ts';
import {
  listedGroupOf,
  ruleOf,
  type SecurityGroupRecord,
  securityGroupKind,
  securityGroupOf,
  securityGroupUsage,
} from './record.ts';
import type { NewRule } from './rule-input.ts';
import {
  type CreateSecurityGroup,
  type Membership,
  maxRulesPerDirection,
  type Rule,
  type SecurityGroup,
  type StoredRule,
} from './schema.ts';
import { securityGroupUses } from './uses.ts';

export { type SecurityGroupRecord, securityGroupKind } from './record.ts';
export { securityGroupUses } from './uses.ts';

export interface SecurityGroupsOptions {
  tables: Pick<Tables, 'get'>;
  store: ResourceStore<SecurityGroupRecord>;
  instances: Pick<ResourceStore<InstanceRecord>, 'change' | 'page'>;
  clock: Clock;
  newId: NewId;
}

type Answer = { message: string };

/** Ids of the other groups that a group's rules name. */
export const namedGroups = ({ id, rules }: Pick<SecurityGroupRecord, 'id' | 'rules'>): string[] => [
  ...new Set(
    rules.flatMap(({ source_group_id }) =>
      source_group_id && source_group_id !== id ? [source_group_id] : [],
    ),
  ),
];

const allowsSame = (one: NewRule, other: StoredRule): boolean =>
  (['direction', 'protocol', 'port_min', 'port_max', 'cidr', 'source_group_id'] as const).every(
    (field) => one[field] === other[field],
  );

/** The rules of security groups (contract 2.7). It only ever writes what is wanted; the controller brings it about. */
export class SecurityGroups {
  readonly #options: SecurityGroupsOptions;

  constructor(options: SecurityGroupsOptions) {
    this.#options = options;
  }

  /** @throws CloudError `NOT_FOUND` for an unknown VPC, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED` */
  async create(caller: Caller, { vpc_id, name, description }: CreateSecurityGroup): Promise<SecurityGroup> {
    const { store, newId } = this.#options;
    const { tenant } = caller.principal;
    const record: SecurityGroupRecord = {
      ...newRecord(newId, caller),
      name,
      status: 'active',
      vpc_id,
      description,
      rules: [],
      event: requested(this.#options, caller, 'create'),
    };
    const created = await store.create(caller, record, {
      usage: securityGroupUsage,
      answer: listedGroupOf(record),
      extra: [addressPlans.addGroup({ tenant, id: vpc_id }), securityGroupUses.open(record)],
    });
    return listedGroupOf(created);
  }

  /** The groups of one VPC, newest first. @throws CloudError `NOT_FOUND` for an unknown VPC */
  async list(caller: Caller, vpcId: string, request: ListRequest): Promise<Listed<SecurityGroup[]>> {
    const { tables, store } = this.#options;
    const { signal, principal } = caller;
    await addressPlans.get(tables, { tenant: principal.tenant, id: vpcId }, signal);
    const groups = await listAll(store, principal.tenant, signal);
    return pageInMemory(groups.filter(({ vpc_id }) => vpc_id === vpcId).map(listedGroupOf), request);
  }

  /** @param vpcId where a name is looked for @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, idOrName: string, vpcId?: string): Promise<SecurityGroup> {
    const { tables, store } = this.#options;
    const { signal, principal } = caller;
    const group = await store.get(principal.tenant, idOrName, { signal, scope: vpcId });
    if (vpcId !== undefined && group.vpc_id !== vpcId) throw notFound(securityGroupKind.label);
    const plan = await addressPlans.find(tables, { tenant: group.tenant, id: group.vpc_id }, signal);
    // Its VPC was deleted, and takes it along in a moment.
    if (!plan || plan.closed) throw notFound(securityGroupKind.label);
    return securityGroupOf(group);
  }

  /** @throws CloudError `NOT_FOUND`, `CONFLICT` naming the instances in it and the groups whose rules name it */
  async delete(caller: Caller, id: string): Promise<Answer> {
    const answer = { message: 'security group deleted' };
    const event = requested(this.#options, caller, 'delete');
    await removeUnused(
      (inUse) =>
        this.#options.store.remove(
          caller,
          id,
          (group) => ({
            set: { event },
            extra: [
              securityGroupUses.close(group, inUse),
              ...namedGroups(group).map((named) =>
                securityGroupUses.leave({ tenant: group.tenant, id: named }),
              ),
            ],
          }),
          answer,
        ),
      (cause) => this.#refusal(caller, id, cause),
    );
    return answer;
  }

  /**
   * @throws CloudError `NOT_FOUND` for an unknown group, `INVALID_INPUT` for a bad block or a source group of another VPC, `CONFLICT`
   * for a rule that it has, `RESOURCE_LIMIT_EXCEEDED`
   */
  async addRule(caller: Caller, id: string, asked: NewRule): Promise<Rule> {
    const input = await canonicalRule(asked);
    const { store, newId, clock } = this.#options;
    const event = requested(this.#options, caller, 'add_rule');
    const rule: StoredRule = { id: newId(), ...input, created_at: new Date(clock.now()).toISOString() };
    const after = await store.change(
      caller,
      id,
      async (group) => {
        if (group.rules.some((present) => allowsSame(input, present)))
          throw new CloudError('CONFLICT', 'the security group has this rule already');
        const alike = group.rules.filter(({ direction }) => direction === rule.direction);
        if (alike.length >= maxRulesPerDirection)
          throw new CloudError(
            'RESOURCE_LIMIT_EXCEEDED',
            `a security group has at most ${maxRulesPerDirection} ${rule.direction} rules`,
          );
        return {
          set: { rules: [...group.rules, rule], event },
          intent: true,
          extra: await this.#joinSource(group, input, caller.signal),
        };
      },
      (group) => ruleOf(group, rule),
    );
    return ruleOf(after, rule);
  }

  /** @throws CloudError `NOT_FOUND` for an unknown group or rule */
  async removeRule(caller: Caller, id: string, ruleId: string): Promise<Answer> {
    const answer = { message: 'rule removed' };
    const event = requested(this.#options, caller, 'remove_rule');
    await this.#options.store.change(
      caller,
      id,
      (group) => {
        if (!group.rules.some((rule) => rule.id === ruleId)) throw notFound('rule');
        const rules = group.rules.filter((rule) => rule.id !== ruleId);
        const named = new Set(namedGroups({ id: group.id, rules }));
        const left = namedGroups(group).filter((one) => !named.has(one));
        return {
          set: { rules, event },
          intent: true,
          extra: left.map((one) => securityGroupUses.leave({ tenant: group.tenant, id: one })),
        };
      },
      () => answer,
    );
    return answer;
  }

  /**
   * Puts an instance into a group; one that is in it stays so.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a group of another VPC or the sixth group, `CONFLICT` for an
   * instance in `ERROR`
   */
  async attach(caller: Caller, { instance_id, group_id }: Membership): Promise<Answer> {
    const { store, instances } = this.#options;
    const group = await store.get(caller.principal.tenant, group_id, { signal: caller.signal });
    const event = requested(this.#options, caller, 'update');
    const answer = { message: 'security group attached' };
    await instances.change(
      caller,
      instance_id,
      (instance) => {
        const present = instance.security_group_ids ?? [];
        if (present.includes(group.id)) return undefined;
        if (instance.vpc_id !== group.vpc_id)
          throw invalid('group_id', 'the security group is of another VPC than the instance');
        if (instance.status === 'ERROR') throw new CloudError('CONFLICT', 'the instance is in ERROR');
        if (present.length >= maxSecurityGroups)
          throw invalid('group_id', `an instance is in at most ${maxSecurityGroups} security groups`);
        return {
          set: { security_group_ids: [...present, group.id], event },
          intent: true,
          extra: [securityGroupUses.join(group)],
        };
      },
      () => answer,
    );
    return answer;
  }

  /** Takes an instance out of a group; one that is not in it stays so. @throws CloudError `NOT_FOUND` */
  async detach(caller: Caller, { instance_id, group_id }: Membership): Promise<Answer> {
    const { store, instances } = this.#options;
    const group = await store.get(caller.principal.tenant, group_id, { signal: caller.signal });
    const event = requested(this.#options, caller, 'update');
    const answer = { message: 'security group detached' };
    await instances.change(
      caller,
      instance_id,
      (instance) => {
        const present = instance.security_group_ids ?? [];
        if (!present.includes(group.id)) return undefined;
        const rest = present.filter((id) => id !== group.id);
        return {
          ...(rest.length > 0
            ? { set: { security_group_ids: rest, event } }
            : { set: { event }, remove: ['security_group_ids'] as const }),
          intent: true,
          extra: [securityGroupUses.leave(group)],
        };
      },
      () => answer,
    );
    return answer;
  }

  /** Counts a group in at one that its new rule names first. */
  async #joinSource(
    group: SecurityGroupRecord,
    { source_group_id: id }: NewRule,
    signal: AbortSignal,
  ): Promise<Write[]> {
    if (id === undefined || id === group.id || namedGroups(group).includes(id)) return [];
    const source = await this.#options.store.find(group.tenant, id, { signal });
    if (source?.vpc_id !== group.vpc_id)
      throw invalid('source_group_id', 'must be a security group of the same VPC');
    return [securityGroupUses.join(source)];
  }

  async #refusal(caller: Caller, id: string, cause: unknown): Promise<CloudError> {
    const { signal, principal } = caller;
    const [groups, inside] = await Promise.all([
      listAll(this.#options.store, principal.tenant, signal),
      this.#options.instances.page(
        principal.tenant,
        { paged: true, pageSize: 100, sortBy: 'name', sortDir: 'asc' },
        {
          where: {
            expression: 'contains(#groups, :group)',
            names: { '#groups': 'security_group_ids' },
            values: { ':group': id },
          },
        },
        signal,
      ),
    ]);
    const users = [
      ...inside.items.map(({ name }) => `instance ${name}`),
      ...groups
        .filter((group) => group.id !== id && namedGroups(group).includes(id))
        .map(({ name }) => `security group ${name}`),
    ];
    const named = users.length > 0 ? users.join(', ') : 'an instance or a security group';
    return new CloudError('CONFLICT', `the security group is in use by ${named}`, { cause });
  }
}
