import type { Clock } from '../../platform/clock.ts';
import { CloudError, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, parseId } from '../../platform/ids.ts';
import { completed } from '../../platform/lifecycle/events.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import { listTombstones } from '../../platform/store/list-tombstones.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Action } from '../actions/schema.ts';
import type { Actions } from '../actions/service.ts';
import { noteAccess } from './access.ts';
import type { KeyContext } from './backend.ts';
import { historyOf } from './history.ts';
import { randomValue } from './random-value.ts';
import { type SecretRecord, secretKind, secretOf, secretUsage } from './record.ts';
import { isWish, type RotationWish, rotationChange } from './rotation.ts';
import {
  type CreateSecret,
  type DeletedSecret,
  type DeleteSecretQuery,
  type Secret,
  type SecretVersion,
  shortestRecoveryDays,
  type UpdateSecret,
} from './schema.ts';
import type { SealedValue } from './sealed-value.ts';
import { addVersion, contextOf, findValue, listVersions, type VersionFacts } from './versions.ts';

export { type SecretRecord, secretKind } from './record.ts';

/** Seals values and opens them again. */
export interface Envelope {
  seal(context: KeyContext, value: string, signal?: AbortSignal): Promise<SealedValue>;
  open(context: KeyContext, sealed: SealedValue, signal?: AbortSignal): Promise<string>;
}

export interface SecretsOptions {
  store: ResourceStore<SecretRecord>;
  tables: Tables;
  envelope: Envelope;
  actions: Pick<Actions, 'list'>;
  /**
   * Asked before a function may rotate a secret. Without an id it is asked for the rights alone.
   * @throws CloudError `FORBIDDEN`, `INVALID_INPUT` for a function that the caller has not, or that can't be a rotator
   */
  checkRotator(caller: Caller, functionId: string | undefined): Promise<void>;
  clock: Clock;
  newId: NewId;
}

const dayMilliseconds = 86_400_000;

/** The rules of contract 2.17, and beyond it versions and a recovery window. */
export class Secrets {
  readonly #options: SecretsOptions;

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  /**
   * The answer holds the ciphertext.
   * @throws CloudError `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED`, `UNAVAILABLE` where no key can be had, and as
   *   `checkRotator`
   */
  async create(caller: Caller, { value, name, description, ...wish }: CreateSecret): Promise<Secret> {
    const { store, envelope, newId } = this.#options;
    const event = this.#done(caller, 'create');
    await this.#checkRotation(caller, wish);
    const record: SecretRecord = {
      ...newRecord(newId, caller),
      name,
      description,
      ...rotationChange({}, wish, this.#asker(caller)).set,
      // There is nothing to bring about: it is what it should be.
      observed_generation: 1,
      status: 'ACTIVE',
      current_version: 1,
      event,
    };
    const sealed = await envelope.seal(contextOf(record, 1), value, caller.signal);
    const answer = secretOf(record, sealed.ciphertext);
    const extra = addVersion(record, factsOf(1, event), sealed);
    await store.create(caller, record, { usage: secretUsage, answer, extra });
    return answer;
  }

  /** By name unless another order is asked for; instead of those that are there, those that can be restored. */
  async list(caller: Caller, request: ListRequest, deleted: boolean): Promise<Listed<Secret[]>> {
    const { store, tables, clock } = this.#options;
    const { tenant } = caller.principal;
    const records = deleted
      ? (await listTombstones(store.kind, tables, tenant, caller.signal)).filter((one) =>
          isRecoverable(one, clock.now()),
        )
      : await listAll(store, tenant, caller.signal);
    const listed = pageInMemory(records, request);
    return { ...listed, items: listed.items.map((record) => secretOf(record)) };
  }

  /**
   * The only way to a value. It is given only once the access is written down.
   * @param version left out: the newest
   * @throws CloudError `NOT_FOUND` for an unknown secret or version, `UNAVAILABLE`
   */
  async get(caller: Caller, idOrName: string, version?: number): Promise<Secret> {
    const { store, tables, envelope } = this.#options;
    const { signal } = caller;
    const record = await store.get(caller.principal.tenant, idOrName, { signal });
    const wanted = version ?? record.current_version;
    const sealed = await findValue(tables, record, wanted, signal);
    if (!sealed) throw notFound('version of the secret');
    const value = await envelope.open(contextOf(record, wanted), sealed, signal);
    const event = this.#done(caller, 'access');
    await noteAccess(tables, record, event, signal);
    return secretOf({ ...record, last_accessed_at: event.at }, value);
  }

  /** Newest first. @throws CloudError `NOT_FOUND` */
  async versions(caller: Caller, idOrName: string): Promise<SecretVersion[]> {
    const { store, tables } = this.#options;
    const { signal } = caller;
    const record = await store.get(caller.principal.tenant, idOrName, { signal });
    const facts = await listVersions(tables, record, signal);
    return facts.map((one) => ({ ...one, current: one.version === record.current_version }));
  }

  /** Who changed and who read it, newest first. @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for another order */
  async history(caller: Caller, idOrName: string, request: ListRequest): Promise<Listed<Action[]>> {
    const { store, actions } = this.#options;
    const { signal } = caller;
    const record = await store.get(caller.principal.tenant, idOrName, { signal });
    return historyOf(actions, record, request, signal);
  }

  /** Changes what is given. @throws CloudError `NOT_FOUND`, and as `checkRotator` */
  async update(caller: Caller, idOrName: string, { description, ...wish }: UpdateSecret): Promise<Secret> {
    const event = this.#done(caller, 'update');
    await this.#checkRotation(caller, wish);
    const decide = (current: SecretRecord) => {
      const { set, remove } = rotationChange(current, wish, this.#asker(caller));
      return { set: { ...(description !== undefined && { description }), ...set, event }, remove };
    };
    return secretOf(await this.#options.store.change(caller, idOrName, decide, (after) => secretOf(after)));
  }

  /**
   * Gives a secret a new value, which reads get from now on. The former ones are kept, up to twenty in all.
   * @throws CloudError `NOT_FOUND`, `UNAVAILABLE` where no key can be had
   */
  async addVersion(caller: Caller, idOrName: string, value: string): Promise<SecretVersion> {
    return this.#newVersion(caller, idOrName, value, 'update');
  }

  /**
   * A new version of a value that the platform makes up. Who wants to know it reads it, which is written down.
   * @throws CloudError `CONFLICT` where a function gives it its values: no other would know of this one
   */
  async rotate(caller: Caller, idOrName: string, length: number): Promise<SecretVersion> {
    return this.#newVersion(caller, idOrName, randomValue(length), 'rotate');
  }

  /** Has its function called as soon as can be. @throws CloudError `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` where it has none */
  async startRotation(caller: Caller, idOrName: string): Promise<Secret> {
    const { store, clock } = this.#options;
    const event = this.#done(caller, 'start_rotation');
    await this.#options.checkRotator(caller, undefined);
    const now = new Date(clock.now()).toISOString();
    const decide = ({ rotation_function_id }: SecretRecord) => {
      if (rotation_function_id === undefined)
        throw new CloudError('CONFLICT', 'the secret has no function that rotates it');
      return { set: { next_rotation_at: now, next_attempt_at: now, event } };
    };
    return secretOf(await store.change(caller, idOrName, decide, (after) => secretOf(after)));
  }

  /**
   * Gone at once for everybody who reads or lists; until the recovery window ends it can be restored.
   * @throws CloudError `NOT_FOUND`
   */
  async delete(caller: Caller, idOrName: string, query: DeleteSecretQuery): Promise<DeletedSecret> {
    const { store, clock } = this.#options;
    const { principal, signal } = caller;
    const { id } = await store.get(principal.tenant, idOrName, { signal });
    const force = query.force === 'true';
    const days = force ? 0 : (query.recovery_days ?? shortestRecoveryDays);
    const purge_at = new Date(clock.now() + days * dayMilliseconds).toISOString();
    const answer: DeletedSecret = {
      message: 'secret deleted',
      id,
      ...(!force && { recoverable_until: purge_at }),
    };
    const set = { purge_at, next_attempt_at: purge_at, event: this.#done(caller, 'delete') };
    await store.remove(caller, id, () => ({ set }), answer);
    return answer;
  }

  /**
   * Takes a delete back. One that is there already stays as it is.
   * @param id names are not kept for what was deleted
   * @throws CloudError `NOT_FOUND` where it was purged or is about to be, `CONFLICT` where another secret has its name
   */
  async restore(caller: Caller, id: string): Promise<Secret> {
    const { store, clock } = this.#options;
    const event = this.#done(caller, 'restore');
    const decide = (deleted: SecretRecord) => {
      if (!isRecoverable(deleted, clock.now())) throw notFound(secretKind.label);
      return {
        set: { event, next_attempt_at: deleted.next_rotation_at },
        remove: ['purge_at', 'status_reason'] as const,
      };
    };
    const restored = await store.restore(caller, parseId(id) ?? '', decide, (after) => secretOf(after));
    return secretOf(restored);
  }

  async #newVersion(
    caller: Caller,
    idOrName: string,
    value: string,
    action: 'update' | 'rotate',
  ): Promise<SecretVersion> {
    const { store, envelope } = this.#options;
    const event = this.#done(caller, action);
    const versionOf = (version: number): SecretVersion => ({ ...factsOf(version, event), current: true });
    const after = await store.change(
      caller,
      idOrName,
      async (current) => {
        if (action === 'rotate' && current.rotation_function_id !== undefined)
          throw new CloudError(
            'CONFLICT',
            'a function gives the secret its values: POST /secrets/:id/rotation has it give one now',
          );
        const version = current.current_version + 1;
        const sealed = await envelope.seal(contextOf(current, version), value, caller.signal);
        return {
          set: { current_version: version, event },
          extra: addVersion(current, factsOf(version, event), sealed),
        };
      },
      ({ current_version }) => versionOf(current_version),
    );
    return versionOf(after.current_version);
  }

  async #checkRotation(caller: Caller, wish: RotationWish): Promise<void> {
    if (!isWish(wish)) return;
    await this.#options.checkRotator(caller, wish.rotation_function_id ?? undefined);
  }

  #asker({ principal }: Caller): { user: string; now: number } {
    return { user: principal.user, now: this.#options.clock.now() };
  }

  /** What is done with the request itself; nothing follows. */
  #done(caller: Caller, action: string): LifecycleEvent {
    const event = requested(this.#options, caller, action);
    return completed(event, 'succeeded', event.at);
  }
}

const isRecoverable = ({ purge_at }: SecretRecord, now: number): boolean =>
  purge_at !== undefined && Date.parse(purge_at) > now;

const factsOf = (version: number, { user, at }: LifecycleEvent): VersionFacts => ({
  version,
  created_by: user ?? '',
  created_at: at,
});
