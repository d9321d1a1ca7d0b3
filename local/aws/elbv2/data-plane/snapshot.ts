import type { Scope } from '../../ec2/store/collection.ts';
import type { Collections } from '../store/account-store.ts';
import type { BalancerRecord, ListenerRecord, TargetGroupRecord, TargetRecord } from '../store/records.ts';

interface Group {
  scope: Scope;
  record: TargetGroupRecord;
  targets: TargetRecord[];
  leastOutstanding: boolean;
}

/** What the tables held when it was taken, arranged for routing. */
export class Snapshot {
  readonly balancers: ReadonlyMap<string, BalancerRecord>;
  readonly listeners: ReadonlyMap<string, { scope: Scope; record: ListenerRecord }>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly targets: readonly TargetRecord[];
  readonly #balancerOfGroup = new Map<string, BalancerRecord>();

  constructor(collections: Collections) {
    this.balancers = new Map(collections.balancers.everywhere().map(({ record }) => [record.id, record]));
    this.listeners = new Map(
      collections.listeners.everywhere().map((listener) => [listener.record.id, listener]),
    );
    this.groups = new Map(
      collections.groups.everywhere().map(({ scope, record }) => [
        record.id,
        {
          scope,
          record,
          targets: [],
          leastOutstanding:
            record.attributes['load_balancing.algorithm.type'] === 'least_outstanding_requests',
        },
      ]),
    );
    this.targets = collections.targets.everywhere().map(({ record }) => record);
    for (const target of this.targets) this.groups.get(target.groupArn)?.targets.push(target);
    for (const { record } of this.listeners.values()) {
      const balancer = this.balancers.get(record.balancerArn);
      for (const { targetGroupArn } of record.forward)
        if (balancer) this.#balancerOfGroup.set(targetGroupArn, balancer);
    }
  }

  /** The balancer that forwards to a target group; there is one at most. */
  balancerOfGroup(groupArn: string): BalancerRecord | undefined {
    return this.#balancerOfGroup.get(groupArn);
  }
}
