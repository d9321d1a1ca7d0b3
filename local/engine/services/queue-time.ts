import type { Timers } from '../../clock.ts';
import type { SqsQueue, SqsStore } from './fauxqs-parts.ts';

/** Runs something that does not wait, with `Date.now` as the engine's clock has it. */
export const withTimeOf = <T>(timers: Timers, work: () => T): T => {
  const real = Date.now;
  Date.now = () => timers.now();
  try {
    return work();
  } finally {
    Date.now = real;
  }
};

/** What of a queue asks for the time; none of it waits. */
const timed = ['enqueue', 'dequeue', 'changeVisibility', 'processTimers'] as const;

/** fauxqs stamps a message in real time, before it gets here. */
const restamp = (message: Parameters<SqsQueue['enqueue']>[0], now: number): void => {
  if (message.delayUntil) message.delayUntil += now - message.sentTimestamp;
  message.sentTimestamp = now;
};

/** Makes delays and visibility of a queue follow the engine's clock, where that is none of the machine's. */
export const followTime = (queue: SqsQueue, timers: Timers): void => {
  for (const name of timed) {
    const usual = (queue[name] as (...given: unknown[]) => unknown).bind(queue);
    const inTime = (...given: unknown[]) => {
      if (name === 'enqueue') restamp(given[0] as Parameters<SqsQueue['enqueue']>[0], timers.now());
      return withTimeOf(timers, () => usual(...given));
    };
    Object.assign(queue, { [name]: inTime });
  }
};

/** The same for queues that are made while the engine runs, by functions as well. */
export const followNewQueues = (store: SqsStore, timers: Timers): void => {
  const usual = store.createQueue.bind(store);
  store.createQueue = (...given) => {
    const queue = usual(...given);
    followTime(queue, timers);
    return queue;
  };
};
