import { notifyKinds } from '../../../../lib/app/notify-kinds.ts';
import { createBreakers } from '../../../../lib/platform/breaker/breakers.ts';
import { notFound } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import type {
  DeliveryQueue,
  Handover,
  Outcome,
  Target,
} from '../../../../lib/services/deliveries/backend.ts';
import { createDeliverer } from '../../../../lib/services/deliveries/deliverer.ts';
import { createFanOut } from '../../../../lib/services/deliveries/fan-out.ts';
import { endpointCircuitKey } from '../../../../lib/services/deliveries/health.ts';
import { createDeliveryLog } from '../../../../lib/services/deliveries/log.ts';
import type { DeliverMessage } from '../../../../lib/services/deliveries/message.ts';
import { Deliveries } from '../../../../lib/services/deliveries/service.ts';
import {
  type CreateSubscription,
  CreateSubscription as Input,
} from '../../../../lib/services/subscriptions/schema.ts';
import { Subscriptions, subscriptionKind } from '../../../../lib/services/subscriptions/service.ts';
import { type FanOutMessage, Topics, topicKind } from '../../../../lib/services/topics/service.ts';
import { MovableClock } from '../volumes/harness.ts';

export { everything, newCaller } from '../instances/harness.ts';

/** Six times the worker's timeout. */
const visibilityMilliseconds = 210_000;

/** A queue on a movable clock: at least once, delays, and back after the visibility timeout what was not acknowledged. */
export class TimedQueue<M> {
  readonly entries: { message: M; visibleAt: number }[] = [];
  readonly #clock: MovableClock;

  constructor(clock: MovableClock) {
    this.#clock = clock;
  }

  put(message: M, delaySeconds = 0): void {
    // As JSON, as a queue would have it.
    this.entries.push({
      message: JSON.parse(JSON.stringify(message)),
      visibleAt: this.#clock.now() + delaySeconds * 1_000,
    });
  }

  /** Hands out what is visible or will be, in order, until nothing is left or the time is over. @returns how many it handed out */
  async run(
    work: (message: M) => Promise<unknown>,
    milliseconds = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    const end = this.#clock.now() + milliseconds;
    let handed = 0;
    for (;;) {
      this.entries.sort((a, b) => a.visibleAt - b.visibleAt);
      const [next] = this.entries;
      if (!next || next.visibleAt > end) return handed;
      this.#clock.moveTo(next.visibleAt);
      next.visibleAt = this.#clock.now() + visibilityMilliseconds;
      handed++;
      const isDone = await work(next.message).then(
        () => true,
        () => false,
      );
      if (isDone) this.entries.splice(this.entries.indexOf(next), 1);
    }
  }
}

/** Ends a worker at one of its effects, just before it or just after; nothing that it does later has any. */
export class Death {
  effects = 0;
  #isDead = false;
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'before') {
    this.#at = at;
    this.#when = when;
  }

  async effect<T>(perform: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new Error('the worker is dead');
    this.effects++;
    if (this.effects !== this.#at) return perform();
    this.#isDead = true;
    if (this.#when === 'after') await perform();
    throw new Error('the worker died');
  }

  over(tables: Tables): Tables {
    return {
      ...tables,
      write: (write, options) => this.effect(() => tables.write(write, options)),
      transact: (writes, options) => this.effect(() => tables.transact(writes, options)),
    };
  }
}

export const limits = { topics: 10, subscriptions: 150 };

/** Topics with all that belongs to them, on given tables; targets answer as the test says. */
export const openNotify = (tables: Tables) => {
  const clock = new MovableClock();
  const signal = AbortSignal.timeout(120_000);
  const parts = { tables, clock, limits };
  const fanOutQueue = new TimedQueue<FanOutMessage>(clock);
  const deliverQueue = new TimedQueue<DeliverMessage>(clock);
  /** Queues that tenants have, by tenant. */
  const queues = new Map<string, Set<string>>();
  /** What was handed over, by endpoint. */
  const received: (Handover & { at: number })[] = [];
  let answer: (over: Handover) => Outcome | Promise<Outcome> = () => ({ ok: true });

  const stores = {
    TOPIC: createStore(topicKind, parts),
    SUBSCRIPTION: createStore(subscriptionKind, parts),
  };
  const topics = new Topics({
    store: stores.TOPIC,
    fanOut: { send: async (message) => fanOutQueue.put(message) },
    clock,
    newId,
  });
  const queueOfDeliveries = (death: Death): DeliveryQueue => ({
    async send(messages) {
      for (const { message, delaySeconds } of messages)
        await death.effect(async () => deliverQueue.put(message, delaySeconds));
    },
  });
  const sealer = {
    seal: async (text: string) => `sealed ${text}`,
    open: async (text: string) => text.slice('sealed '.length),
  };
  const subscriptions = new Subscriptions({
    tables,
    store: stores.SUBSCRIPTION,
    topics,
    queues: {
      get: async ({ principal }: Caller, id: string) => {
        if (!queues.get(principal.tenant)?.has(id)) throw notFound('queue');
        return { id };
      },
    },
    refusedUrl: (url) => (url.startsWith('https://') ? undefined : 'must be a URL'),
    sealer,
    clock,
    newId,
  });
  const log = createDeliveryLog(tables);
  const deliveries = new Deliveries({
    subscriptions,
    log,
    deliveries: queueOfDeliveries(new Death()),
    clock,
    newId,
  });
  const targetUnder = (death: Death): Target => ({
    hand: (over) =>
      death.effect(async () => {
        received.push({ ...over, at: clock.now() });
        return answer(over);
      }),
  });
  const reconciler = createReconciler({
    kinds: notifyKinds(parts),
    tables,
    clock,
    log: { info: () => undefined, warn: () => undefined },
  });

  const deliverer = (death = new Death()) => {
    const mortal = death.over(tables);
    const target = targetUnder(death);
    const deliver = createDeliverer({
      store: createStore(subscriptionKind, { tables: mortal, clock }),
      log: createDeliveryLog(mortal),
      targets: { queue: target, webhook: target },
      breakers: createBreakers({ tables: mortal, clock, keyOf: endpointCircuitKey }),
      deliveries: queueOfDeliveries(death),
      clock,
      newId,
    });
    return (message: DeliverMessage) => deliver(message, signal);
  };
  const fanOut = (death = new Death()) => {
    const work = createFanOut({
      tables,
      topics: stores.TOPIC,
      queues: targetUnder(death),
      deliveries: queueOfDeliveries(death),
      clock,
      newId,
    });
    return (message: FanOutMessage) => work(message, signal);
  };

  return {
    clock,
    stores,
    topics,
    subscriptions,
    deliveries,
    sealer,
    queues,
    received,
    fanOutQueue,
    deliverQueue,
    fanOut,
    deliverer,
    answers(next: typeof answer) {
      answer = next;
    },
    ownQueue(caller: Caller): string {
      const id = newId();
      const { tenant } = caller.principal;
      queues.set(tenant, (queues.get(tenant) ?? new Set()).add(id));
      return id;
    },
    subscribe: (caller: Caller, topicId: string, input: Partial<CreateSubscription>) =>
      subscriptions.create(
        caller,
        topicId,
        Input.parse({ protocol: 'webhook', endpoint: 'https://a.example/', ...input }),
      ),
    /** Has the reconciler look at a topic or subscription. */
    async look(caller: Caller, kind: keyof typeof stores, id: string): Promise<void> {
      const { tenant } = caller.principal;
      const message = { kind, tenant, id, generation: 0, event_id: newId(), observed: true };
      await reconciler.handle([message], { signal, deadline: clock.now() + 20_000 });
    },
    /** All that is under way, until nothing is left or the time is over. */
    async settle(milliseconds?: number): Promise<void> {
      await fanOutQueue.run(fanOut(), milliseconds);
      await deliverQueue.run(deliverer(), milliseconds);
    },
  };
};

export type Notify = ReturnType<typeof openNotify>;
