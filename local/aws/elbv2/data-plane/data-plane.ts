import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Timers } from '../../../clock.ts';
import type { Scope } from '../../ec2/store/collection.ts';
import type { Ec2View } from '../ec2-view.ts';
import type { Settings } from '../engine/settings.ts';
import type { Collections } from '../store/account-store.ts';
import type { ListenerRecord, TargetRecord } from '../store/records.ts';
import { Checker } from './checker.ts';
import type { Route } from './listener-server.ts';
import type { Listening, LocalNetwork } from './local-network.ts';
import { Outstanding } from './outstanding.ts';
import { Rotation } from './rotation.ts';
import { Snapshot } from './snapshot.ts';
import { whyUnused } from './usability.ts';

interface Parts {
  timers: Timers;
  collections: Collections;
  settings: Settings;
  ec2: Ec2View;
  network: LocalNetwork;
  report(problem: string): void;
}

interface Running {
  port: number;
  protocol: string;
  server: Listening;
  /** Between target groups, and within each. */
  rotation: Rotation;
}

/**
 * What balancers really do: a reverse proxy for each listener, health checks of each target in use, draining. All of it
 * follows from the tables, so that it goes on after a restart.
 */
export class DataPlane {
  readonly #parts: Parts;
  readonly #outstanding = new Outstanding();
  readonly #listeners = new Map<string, Running>();
  readonly #checkers = new Map<string, Checker>();
  readonly #unwatch: () => void;
  #snapshot: Snapshot;
  #following: Promise<void> = Promise.resolve();
  #cancelDrain: (() => void) | undefined;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#snapshot = new Snapshot(parts.collections);
    this.#unwatch = parts.ec2.watch((scope, instanceId) => this.#instanceChanged(scope, instanceId));
    void this.follow();
  }

  /** Brings what runs into line with the tables. Resolves once every listener listens. */
  follow(): Promise<void> {
    this.#following = this.#following
      .then(() => this.#follow())
      .catch((error: unknown) => this.#parts.report(`a load balancer can't go on: ${error}`));
    return this.#following;
  }

  /** A registered target's health as DescribeTargetHealth gives it. */
  healthOf(scope: Scope, target: TargetRecord): TargetHealth {
    const balancer = this.#snapshot.balancerOfGroup(target.groupArn);
    const unused = whyUnused(target, balancer, this.#parts.ec2.instance(scope, target.instanceId));
    if (unused) return unused;
    const health = this.#checkers.get(target.id)?.health;
    if (!health)
      return {
        State: 'initial',
        Reason: 'Elb.RegistrationInProgress',
        Description: 'Target registration is in progress',
      };
    if (health.state === 'healthy') return { State: 'healthy' };
    if (health.state === 'unhealthy') return { State: 'unhealthy', ...health.failure };
    return {
      State: 'initial',
      Reason: 'Elb.InitialHealthChecking',
      Description: 'Initial health checks in progress',
    };
  }

  outstandingOf(targetId: string): number {
    return this.#outstanding.count(targetId);
  }

  /** At once. */
  close(): void {
    this.#closed = true;
    this.#unwatch();
    this.#cancelDrain?.();
    for (const checker of this.#checkers.values()) checker.stop();
    for (const { server } of this.#listeners.values()) server.close();
    this.#checkers.clear();
    this.#listeners.clear();
  }

  async #follow(): Promise<void> {
    if (this.#closed) return;
    this.#forgetTargets();
    this.#snapshot = new Snapshot(this.#parts.collections);
    this.#followCheckers();
    this.#awaitDrain();
    const { listeners } = this.#snapshot;
    for (const [arn, running] of this.#listeners) {
      const wanted = listeners.get(arn)?.record;
      if (wanted?.port === running.port && wanted.protocol === running.protocol) continue;
      running.server.close();
      this.#listeners.delete(arn);
    }
    const keys = new Set([...this.#snapshot.groups.keys(), ...this.#snapshot.targets.map(({ id }) => id)]);
    for (const { rotation } of this.#listeners.values()) rotation.keep(keys);
    for (const { scope, record } of listeners.values())
      if (!this.#listeners.has(record.id)) await this.#listen(scope, record);
  }

  async #listen(scope: Scope, listener: ListenerRecord): Promise<void> {
    const { id, port, protocol, localPort, balancerArn } = listener;
    const rotation = new Rotation();
    const server = this.#parts.network.open({
      port,
      protocol,
      route: () => this.#route(id, rotation),
      idleMilliseconds: () =>
        Number(this.#snapshot.balancers.get(balancerArn)?.attributes['idle_timeout.timeout_seconds'] ?? 60) *
        1_000,
    });
    this.#listeners.set(id, { port, protocol, server, rotation });
    const listening = await server.listen([localPort, port].filter((one) => one !== undefined));
    if (this.#closed) {
      server.close();
      return;
    }
    if (listening === localPort) return;
    const { listeners } = this.#parts.collections;
    const current = listeners.find(scope, id);
    if (current) listeners.put(scope, { ...current, localPort: listening });
  }

  /** Chooses a target group by weight, then one of its healthy targets. A group without one fails its share, as on AWS. */
  #route(listenerArn: string, rotation: Rotation): Route | undefined {
    const forward = this.#snapshot.listeners.get(listenerArn)?.record.forward ?? [];
    const groupArn =
      forward.length === 1 && forward[0]?.weight
        ? forward[0].targetGroupArn
        : rotation.choose(forward.map(({ targetGroupArn, weight }) => ({ key: targetGroupArn, weight })));
    const group = groupArn === undefined ? undefined : this.#snapshot.groups.get(groupArn);
    if (!group) return undefined;
    const ready = group.targets.flatMap((target) => {
      if (this.#checkers.get(target.id)?.health.state !== 'healthy') return [];
      const port = this.#parts.ec2.reach(target.instanceId, target.port);
      return port === undefined ? [] : [{ target, port }];
    });
    const candidates = group.leastOutstanding ? this.#leastOutstanding(ready) : ready;
    const chosen = rotation.choose(candidates.map(({ target }) => ({ key: target.id, weight: 1 })));
    const found = candidates.find(({ target }) => target.id === chosen);
    return (
      found && {
        port: found.port,
        begin: (abort) => this.#outstanding.begin(found.target.id, abort),
        failed: () => this.#checkers.get(found.target.id)?.hurry(),
      }
    );
  }

  #leastOutstanding<T extends { target: TargetRecord }>(ready: readonly T[]): T[] {
    const least = Math.min(...ready.map(({ target }) => this.#outstanding.count(target.id)));
    return ready.filter(({ target }) => this.#outstanding.count(target.id) === least);
  }

  /** Targets whose instance has ended, whose draining is over, or that drain from a group nobody forwards to. */
  #forgetTargets(): void {
    const { collections, ec2, timers } = this.#parts;
    for (const { scope, record } of collections.targets.everywhere()) {
      const instance = ec2.instance(scope, record.instanceId);
      const hasEnded = !instance || instance.state === 'terminated';
      const hasDrained =
        record.drainUntil !== undefined &&
        (record.drainUntil <= timers.now() || !this.#isForwardedTo(scope, record.groupArn));
      if (!hasEnded && !hasDrained) continue;
      collections.targets.delete(scope, record.id);
      this.#outstanding.abort(record.id);
    }
  }

  #isForwardedTo(scope: Scope, groupArn: string): boolean {
    return this.#parts.collections.listeners
      .list(scope)
      .some(({ forward }) => forward.some(({ targetGroupArn }) => targetGroupArn === groupArn));
  }

  #followCheckers(): void {
    const { ec2, timers, settings, network } = this.#parts;
    const wanted = new Set<string>();
    for (const { scope, record: group, targets } of this.#snapshot.groups.values()) {
      const balancer = this.#snapshot.balancerOfGroup(group.id);
      for (const target of targets)
        if (!whyUnused(target, balancer, ec2.instance(scope, target.instanceId))) {
          wanted.add(target.id);
          if (!this.#checkers.has(target.id))
            this.#checkers.set(
              target.id,
              new Checker({
                timers,
                check: () => this.#snapshot.groups.get(group.id)?.record.health,
                reach: (check) =>
                  ec2.reach(
                    target.instanceId,
                    check.port === 'traffic-port' ? target.port : Number(check.port),
                  ),
                mostMilliseconds: () => settings.probeMilliseconds,
                probe: network.probe,
              }),
            );
        }
    }
    for (const [id, checker] of this.#checkers) {
      if (wanted.has(id)) continue;
      checker.stop();
      this.#checkers.delete(id);
    }
  }

  #awaitDrain(): void {
    this.#cancelDrain?.();
    this.#cancelDrain = undefined;
    const ends = this.#snapshot.targets.flatMap(({ drainUntil }) =>
      drainUntil === undefined ? [] : [drainUntil],
    );
    if (ends.length === 0) return;
    const wait = Math.max(0, Math.min(...ends) - this.#parts.timers.now());
    this.#cancelDrain = this.#parts.timers.after(wait, () => void this.follow());
  }

  #instanceChanged(scope: Scope, instanceId: string): void {
    const targets = this.#parts.collections.targets.where(scope, 'instance_id', instanceId);
    if (targets.length === 0 || this.#closed) return;
    void this.follow().then(() => {
      for (const { id } of targets) this.#checkers.get(id)?.hurry();
    });
  }
}
