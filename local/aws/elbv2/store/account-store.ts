import type { DatabaseSync } from 'node:sqlite';
import { Collection, type Scope, type Shelf } from '../../ec2/store/collection.ts';
import type { BalancerRecord, ListenerRecord, TargetGroupRecord, TargetRecord } from './records.ts';

/** Every table of the stand-in, all accounts together. */
export const openCollections = (database: DatabaseSync) => ({
  balancers: new Collection<BalancerRecord>(database, 'balancers', { name: ({ name }) => name }, 'elbv2'),
  groups: new Collection<TargetGroupRecord>(database, 'target_groups', { name: ({ name }) => name }, 'elbv2'),
  targets: new Collection<TargetRecord>(
    database,
    'targets',
    { group_arn: ({ groupArn }) => groupArn, instance_id: ({ instanceId }) => instanceId },
    'elbv2',
  ),
  listeners: new Collection<ListenerRecord>(
    database,
    'listeners',
    { balancer_arn: ({ balancerArn }) => balancerArn },
    'elbv2',
  ),
});

export type Collections = ReturnType<typeof openCollections>;

type ShelfOf<C> = C extends Collection<infer T> ? Shelf<T> : never;

/** What one account has in one region. */
export type AccountStore = { [K in keyof Collections]: ShelfOf<Collections[K]> };

export const accountStore = (collections: Collections, scope: Scope): AccountStore => ({
  balancers: collections.balancers.shelf(scope),
  groups: collections.groups.shelf(scope),
  targets: collections.targets.shelf(scope),
  listeners: collections.listeners.shelf(scope),
});
