import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { FanOutQueue } from './backend.ts';
import { packBody } from './message.ts';
import { type TopicRecord, topicOf, topicUsage } from './record.ts';
import type { CreateTopic, Published, PublishMessage, Topic } from './schema.ts';

export type { FanOutQueue } from './backend.ts';
export { FanOutMessage, packBody, unpackBody } from './message.ts';
export { type TopicRecord, topicKind } from './record.ts';

export interface TopicsOptions {
  store: ResourceStore<TopicRecord>;
  fanOut: FanOutQueue;
  clock: Clock;
  newId: NewId;
}

/** The rules of topics (contract 2.12). */
export class Topics {
  readonly #options: TopicsOptions;

  constructor(options: TopicsOptions) {
    this.#options = options;
  }

  /** @throws CloudError `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED` */
  async create(caller: Caller, { name }: CreateTopic): Promise<Topic> {
    const { store, newId } = this.#options;
    const record: TopicRecord = {
      ...newRecord(newId, caller),
      name,
      status: 'ACTIVE',
      event: requested(this.#options, caller, 'create'),
    };
    const answer = topicOf(record);
    await store.create(caller, record, { usage: topicUsage, answer });
    return answer;
  }

  /** A page where one is asked for, else the tenant's topics, newest first. */
  async list(caller: Caller, request: ListRequest): Promise<Listed<Topic[]>> {
    const listed = await this.#options.store.page(caller.principal.tenant, request, {}, caller.signal);
    return { ...listed, items: listed.items.map(topicOf) };
  }

  /** The caller's topic. @throws CloudError `NOT_FOUND` */
  get({ principal, signal }: Caller, id: string): Promise<TopicRecord> {
    return this.#options.store.get(principal.tenant, id, { signal });
  }

  /** Its subscriptions go along, by the controller. @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<{ message: string }> {
    const answer = { message: 'topic deleted' };
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(caller, id, () => ({ set: { event } }), answer);
    return answer;
  }

  /**
   * Accepts a message for every subscription that the topic has: one durable send, and no write.
   * @param input `id` where the caller itself may repeat the call: a repeat with the same id has the same deliveries
   * @throws CloudError `NOT_FOUND`, `UNAVAILABLE`
   */
  async publish(
    caller: Caller,
    topicId: string,
    { message, attributes, id = this.#options.newId() }: PublishMessage & { id?: string },
  ): Promise<Published> {
    const { fanOut, clock } = this.#options;
    const topic = await this.get(caller, topicId);
    await fanOut.send(
      {
        tenant: topic.tenant,
        topic: topic.id,
        message: id,
        published_at: new Date(clock.now()).toISOString(),
        body: packBody(message),
        attributes,
      },
      caller.signal,
    );
    return { message: 'message published', message_id: id };
  }
}
