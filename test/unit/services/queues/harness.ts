import { newId } from '../../../../lib/platform/ids.ts';
import type { Log } from '../../../../lib/platform/lifecycle/log.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { createSqsMessaging } from '../../../../lib/services/queues/backend.sqs.ts';
import type { Messaging } from '../../../../lib/services/queues/backend.ts';
import { createQueueController } from '../../../../lib/services/queues/controller.ts';
import {
  createPollers,
  QueueMessages,
  Queues,
  queueKind,
  Receiving,
} from '../../../../lib/services/queues/service.ts';
import type { SqsCloud } from '../../../conformance/messaging/fauxqs-cloud.ts';

const silent: Pick<Log, 'info' | 'warn'> = { info: () => undefined, warn: () => undefined };

/** The process dies at one of its calls to SQS, before or after the effect; those of the next process go through. */
export class Deadly {
  calls = 0;
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'before') {
    this.#at = at;
    this.#when = when;
  }

  over(messaging: Messaging): Messaging {
    return new Proxy(messaging, {
      get:
        (target, name: keyof Messaging) =>
        async (...given: never[]) => {
          this.calls++;
          const dies = this.calls === this.#at;
          if (dies && this.#when === 'before') throw new Error('died before');
          const result = await (target[name] as (...all: never[]) => Promise<unknown>)(...given);
          if (dies) throw new Error('died after');
          return result;
        },
    });
  }
}

/** The services over real tables and queues, and the worker behind them, on a clock that can be put ahead. */
export const openQueues = (tables: Tables, cloud: SqsCloud) => {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  const messaging = createSqsMessaging({ client: cloud.sqs, places: cloud.places, stage: 'test' });
  const store = createStore(queueKind, { tables, clock, limits: { queues: 3 } });
  const load = async () => messaging;
  const sleep = async () => undefined;

  /** Has the worker look at a queue once. @returns how the look ended, or the error that sends its message back */
  const look = async (tenant: string, id: string, deadly = new Deadly()) => {
    const record = await store.find(tenant, id, { tombstones: true });
    const controller = createQueueController({ messaging: deadly.over(messaging), store });
    const reconciler = createReconciler({ kinds: [{ controller, store }], tables, clock, log: silent });
    const message = {
      kind: 'QUEUE',
      tenant,
      id,
      generation: record?.generation ?? 0,
      event_id: newId(),
    };
    const [result] = await reconciler.handle([message], {
      signal: AbortSignal.timeout(20_000),
      deadline: clock.now() + 15_000,
    });
    return result && 'ending' in result ? result.ending : 'died';
  };

  return {
    clock,
    store,
    messaging,
    queues: new Queues({ store, messaging: load, clock, newId }),
    messages: new QueueMessages({ store, messaging: load, sleep, clock }),
    receiving: new Receiving({ store, messaging: load, pollers: createPollers({ tables, clock }), clock }),
    look,
    /** Lets the worker look, each time as late as it asked for, until nothing is left to do. */
    settle: async (tenant: string, id: string) => {
      for (let looks = 0; looks < 20; looks++) {
        const ending = await look(tenant, id);
        if (['converged', 'forgotten', 'absent', 'at rest', 'failed'].includes(ending)) return ending;
        clock.ahead += 60_000;
      }
      throw new Error('the queue does not come to rest');
    },
  };
};
