import type { InstanceStateName, StateReason } from '@aws-sdk/client-ec2';
import type { Timers } from '../../../clock.ts';
import { interfaceOf } from '../network/interfaces.ts';
import { releaseInterface } from '../network/release-interface.ts';
import { newPublicAddress } from '../rules/public-address.ts';
import { accountStore, type Collections } from '../store/account-store.ts';
import type { Scope } from '../store/collection.ts';
import type { InstanceRecord } from '../store/records.ts';
import { Workloads } from '../workloads/workloads.ts';
import type { Agenda } from './agenda.ts';
import type { EventSource } from './event-source.ts';
import type { Settings } from './settings.ts';
import { stateReasons, userInitiated } from './state-reasons.ts';
import type { Transactions } from './transactions.ts';

interface Parts {
  timers: Timers;
  collections: Collections;
  settings: Settings;
  events: EventSource;
  transactions: Transactions;
  /** What moves by itself besides instances. */
  agenda: Agenda;
  /** Told of a workload that can't run. */
  report(problem: string): void;
}

/** Told of an instance whose state, or what it serves, has changed; it may be gone. */
export type InstanceListener = (scope: Scope, instanceId: string) => void;

/** How often a boot looks whether the instance's workload is up, once its time has come. */
const workloadMilliseconds = 10;

/** AWS shows a terminated instance for about an hour. */
const shownTerminatedMilliseconds = 3_600_000;

/** Node's timers take no more than this; a longer wait is taken in pieces. */
const longestWaitMilliseconds = 2 ** 31 - 1;

/** Boots of which the console still tells. */
const keptBoots = 10;

/**
 * Moves instances from state to state. What comes next and when is kept in the instance's record, so a boot under way
 * goes on after a restart; one timer waits for whichever is due first.
 */
export class Lifecycle {
  readonly #parts: Parts;
  readonly workloads: Workloads;
  readonly #listeners = new Set<InstanceListener>();
  #changed = new Map<string, Scope>();
  #waiting: { due: number; cancel: () => void } | undefined;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.workloads = new Workloads((instanceId) => this.#served(instanceId), parts.report);
  }

  /** Takes up what instances served when the process ended. */
  resume(): void {
    for (const { scope, record } of this.#parts.collections.instances.everywhere())
      this.touch(scope, record.id);
    this.wake();
  }

  /** The answer ends the subscription. */
  subscribe(listener: InstanceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notes an instance of which listeners are told once the change is committed. */
  touch(scope: Scope, instanceId: string): void {
    this.#changed.set(instanceId, scope);
  }

  /** A launch or a start was accepted. The record is new, or was stopped. */
  boot(scope: Scope, instance: InstanceRecord): void {
    const { timers, settings } = this.#parts;
    const now = timers.now();
    if (instance.wantsPublicAddress) instance.publicAddress = newPublicAddress();
    instance.launchTime = now;
    this.#noteBoot(instance, now, settings.bootMilliseconds);
    instance.transitionReason = '';
    this.#enter(scope, instance, 'pending', stateReasons.pending, {
      state: 'running',
      due: now + settings.bootMilliseconds,
    });
  }

  stop(scope: Scope, instance: InstanceRecord): void {
    const { timers, settings } = this.#parts;
    instance.transitionReason = userInitiated(timers.now());
    this.#enter(scope, instance, 'stopping', stateReasons.userInitiatedShutdown, {
      state: 'stopped',
      due: timers.now() + settings.stopMilliseconds,
    });
  }

  terminate(
    scope: Scope,
    instance: InstanceRecord,
    reason: StateReason = stateReasons.userInitiatedShutdown,
  ): void {
    const { timers, settings } = this.#parts;
    instance.transitionReason =
      reason === stateReasons.userInitiatedShutdown ? userInitiated(timers.now()) : (reason.Code ?? '');
    this.#enter(scope, instance, 'shutting-down', reason, {
      state: 'terminated',
      due: timers.now() + settings.terminateMilliseconds,
    });
  }

  /** The console shows another boot; the state stays. */
  reboot(scope: Scope, instance: InstanceRecord): void {
    const { timers, settings, collections } = this.#parts;
    this.#noteBoot(instance, timers.now(), settings.bootMilliseconds);
    collections.instances.put(scope, instance);
  }

  /** Sets the timer for what is due first; called after every change. */
  wake(): void {
    this.#tell();
    this.#parts.agenda.wake();
    const due = this.#closed ? undefined : this.#parts.collections.instances.lowest('due');
    if (due === this.#waiting?.due) return;
    this.#waiting?.cancel();
    this.#waiting = undefined;
    if (due === undefined) return;
    const wait = Math.min(Math.max(0, due - this.#parts.timers.now()), longestWaitMilliseconds);
    this.#waiting = { due, cancel: this.#parts.timers.after(wait, () => this.#run()) };
  }

  /** Nothing moves by itself any more; the records say what is to come. */
  close(): void {
    this.#closed = true;
    this.#parts.agenda.close();
    this.workloads.close();
    this.wake();
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = new Map();
    if (this.#closed) return;
    for (const [id, scope] of changed) {
      this.workloads.follow(id, this.#parts.collections.instances.find(scope, id));
      for (const listener of this.#listeners) listener(scope, id);
    }
  }

  /** What an instance serves is up; of one that boots the boot itself tells. */
  #served(instanceId: string): void {
    const { collections, transactions } = this.#parts;
    if (this.#closed) return;
    const found = collections.instances.anywhere(instanceId);
    if (found?.record.state !== 'running') return;
    const { scope, record } = found;
    transactions.run(() =>
      collections.instances.put(scope, { ...record, tags: this.workloads.tagged(record) }),
    );
    this.touch(scope, instanceId);
    this.wake();
  }

  #run(): void {
    this.#waiting = undefined;
    const { collections, timers, transactions } = this.#parts;
    transactions.run(() => {
      for (const { scope, record } of collections.instances.upTo('due', timers.now()))
        this.#step(scope, record);
    });
    this.wake();
  }

  #step(scope: Scope, instance: InstanceRecord): void {
    const next = instance.next?.state;
    if (next === 'gone') {
      this.#parts.collections.instances.delete(scope, instance.id);
      this.touch(scope, instance.id);
    } else if (next === 'running') this.#booted(scope, instance);
    else if (next === 'stopped') this.#stopped(scope, instance);
    else if (next === 'terminated') this.#terminated(scope, instance);
  }

  #booted(scope: Scope, instance: InstanceRecord): void {
    const { settings } = this.#parts;
    if (settings.bootsToFail > 0) {
      settings.bootsToFail -= 1;
      this.#failBoot(scope, instance);
      return;
    }
    if (!this.workloads.isReady(instance)) {
      instance.next = { state: 'running', due: this.#parts.timers.now() + workloadMilliseconds };
      this.#parts.collections.instances.put(scope, instance);
      return;
    }
    instance.tags = this.workloads.tagged(instance);
    instance.hasRun = true;
    this.#enter(scope, instance, 'running', undefined);
  }

  /** A failed launch ends terminated, a failed start stopped again. */
  #failBoot(scope: Scope, instance: InstanceRecord): void {
    instance.transitionReason = 'Server.InternalError';
    instance.stateReason = stateReasons.failedLaunch;
    if (instance.hasRun) this.#stopped(scope, instance);
    else this.#terminated(scope, instance);
  }

  #stopped(scope: Scope, instance: InstanceRecord): void {
    instance.publicAddress = undefined;
    instance.load = undefined;
    instance.earlierLoads = undefined;
    this.#enter(scope, instance, 'stopped', instance.stateReason);
  }

  #terminated(scope: Scope, instance: InstanceRecord): void {
    this.#release(scope, instance);
    this.#enter(scope, instance, 'terminated', instance.stateReason, this.#gone());
  }

  #noteBoot(instance: InstanceRecord, at: number, milliseconds: number): void {
    instance.boots = [...instance.boots, { at, milliseconds }].slice(-keptBoots);
  }

  /** Gives back what the instance held: its addresses and its volumes. */
  #release(scope: Scope, instance: InstanceRecord): void {
    const store = accountStore(this.#parts.collections, scope);
    const { volumes } = store;
    const now = this.#parts.timers.now();
    const due = now + this.#parts.settings.interfaceReleaseMilliseconds;
    releaseInterface(interfaceOf(instance), store, { due, now });
    for (const { volumeId, deleteOnTermination } of instance.volumes) {
      const volume = volumes.find(volumeId);
      if (deleteOnTermination) volumes.delete(volumeId);
      else if (volume) volumes.put({ ...volume, attachment: undefined });
    }
    instance.volumes = [];
    instance.publicAddress = undefined;
    instance.load = undefined;
    instance.earlierLoads = undefined;
  }

  #gone(): NonNullable<InstanceRecord['next']> {
    return { state: 'gone', due: this.#parts.timers.now() + shownTerminatedMilliseconds };
  }

  #enter(
    scope: Scope,
    instance: InstanceRecord,
    state: InstanceStateName,
    stateReason: StateReason | undefined,
    next?: InstanceRecord['next'],
  ): void {
    instance.state = state;
    instance.stateReason = stateReason;
    instance.next = next;
    this.#parts.collections.instances.put(scope, instance);
    this.#parts.events.stateChanged(scope, instance);
    this.touch(scope, instance.id);
  }
}
