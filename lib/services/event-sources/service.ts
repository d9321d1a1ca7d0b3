import type { Permission } from '../../platform/auth/permissions.ts';
import { permits } from '../../platform/auth/principal.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { cut } from '../../platform/store/cut.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { Functions } from '../functions/service.ts';
import { eventSourcesOf } from './of-function.ts';
import { type EventSourceRecord, eventSourceOf, eventSourceUsage } from './record.ts';
import type { CreateEventSource, EventSource, UpdateEventSource } from './schema.ts';

export { takeEventSourcesAlong } from './along.ts';
export { type EventSourceRecord, eventSourceKind } from './record.ts';

export interface EventSourcesOptions {
  tables: Pick<Tables, 'query' | 'batchGet'>;
  store: ResourceStore<EventSourceRecord>;
  functions: Pick<Functions, 'get'>;
  queues: {
    /** The caller's queue. @throws CloudError `NOT_FOUND` */
    get(caller: Caller, id: string): Promise<{ id: string }>;
  };
  clock: Clock;
  newId: NewId;
}

/** What a queue's messages being taken on a user's behalf asks for, when it is wished and again with each look. */
export const neededPermissions: readonly Permission[] = ['queue:read', 'queue:write', 'function:invoke'];

/** The rules of event sources: which queue's messages a function is run for. */
export class EventSources {
  readonly #options: EventSourcesOptions;

  constructor(options: EventSourcesOptions) {
    this.#options = options;
  }

  /**
   * @throws CloudError `NOT_FOUND` for a function or queue that the caller has not, `FORBIDDEN` where the caller may not take
   *   the queue's messages, `CONFLICT` for the same queue once more, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, functionId: string, input: CreateEventSource): Promise<EventSource> {
    const { store, functions, queues, newId } = this.#options;
    const owner = await functions.get(caller, functionId);
    const missing = neededPermissions.find((one) => !permits(caller.principal.permissions, one));
    if (missing) throw new CloudError('FORBIDDEN', `an event source needs the permission ${missing}`);
    const queue = await queues.get(caller, input.queue_id);
    const record: EventSourceRecord = {
      ...newRecord(newId, caller),
      ...input,
      name: queue.id,
      queue_id: queue.id,
      function_id: owner.id,
      status: input.enabled ? 'ACTIVE' : 'PAUSED',
      event: requested(this.#options, caller, 'create'),
    };
    const answer = eventSourceOf(record);
    try {
      await store.create(caller, record, { usage: eventSourceUsage, answer });
    } catch (error) {
      if (error instanceof CloudError && error.type === 'CONFLICT' && error.message.includes(record.name))
        throw new CloudError('CONFLICT', 'the queue is an event source of the function already', {
          cause: error,
        });
      throw error;
    }
    return answer;
  }

  /** Those of one function: a page where one is asked for, else all, newest first. @throws CloudError `NOT_FOUND` */
  async list(caller: Caller, functionId: string, request: ListRequest): Promise<Listed<EventSource[]>> {
    const owner = await this.#options.functions.get(caller, functionId);
    const { tenant } = caller.principal;
    const all = await eventSourcesOf(this.#options.tables, tenant, owner.id, caller.signal);
    const { q = '' } = request;
    const wanted = all.filter(({ id, queue_id }) => id.includes(q) || queue_id.includes(q));
    const listed = cut(wanted, request);
    return { ...listed, items: listed.items.map(eventSourceOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, functionId: string, id: string): Promise<EventSource> {
    return eventSourceOf(await this.#find(caller, functionId, id));
  }

  /** Changes what is given. What was taken from the queue already is run all the same. @throws CloudError `NOT_FOUND` */
  async update(
    caller: Caller,
    functionId: string,
    id: string,
    update: UpdateEventSource,
  ): Promise<EventSource> {
    const event = requested(this.#options, caller, 'update');
    const after = await this.#options.store.change(
      caller,
      id,
      (current) => {
        ofFunction(current, functionId);
        return { set: { ...update, event }, intent: true };
      },
      eventSourceOf,
    );
    return eventSourceOf(after);
  }

  /** What was taken from the queue already is run all the same. @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, functionId: string, id: string): Promise<{ message: string }> {
    const answer = { message: 'event source deleted' };
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(
      caller,
      id,
      (current) => {
        ofFunction(current, functionId);
        return { set: { event } };
      },
      answer,
    );
    return answer;
  }

  async #find({ principal, signal }: Caller, functionId: string, id: string): Promise<EventSourceRecord> {
    return ofFunction(await this.#options.store.get(principal.tenant, id, { signal }), functionId);
  }
}

/** A source is found below its own function only. @throws CloudError `NOT_FOUND` */
const ofFunction = (record: EventSourceRecord, functionId: string): EventSourceRecord => {
  if (record.function_id !== functionId) throw notFound('event source');
  return record;
};
