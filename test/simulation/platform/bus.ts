import { randomUUID } from 'node:crypto';
import { account, region } from '../aws/cloud.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';
import type { SimulatedQueue } from './queue.ts';

interface Route {
  source: string;
  detailType: string;
  matches?(detail: Record<string, unknown>): boolean;
  queue: SimulatedQueue;
}

const rested = new Set<unknown>(['running', 'stopped', 'terminated']);

/** Buses and rules, as `infra/stacks/workers.ts` has them: events to queues, in no order, at least once; EC2's may be lost. */
export class SimulatedBus {
  readonly #parts: { scheduler: Scheduler; chaos: Chaos; trace: Trace };
  readonly #routes: readonly Route[];
  #underWay = 0;

  constructor(
    queues: { observe: SimulatedQueue; history: SimulatedQueue },
    parts: { scheduler: Scheduler; chaos: Chaos; trace: Trace },
  ) {
    this.#parts = parts;
    const lifecycle = { source: 'thecloud', detailType: 'Lifecycle' };
    this.#routes = [
      {
        source: 'aws.ec2',
        detailType: 'EC2 Instance State-change Notification',
        matches: ({ state }) => rested.has(state),
        queue: queues.observe,
      },
      { ...lifecycle, matches: ({ kind }) => kind === 'TENANT', queue: queues.observe },
      { ...lifecycle, queue: queues.history },
    ];
  }

  /** Events that are on their way to a queue. */
  get depth(): number {
    return this.#underWay;
  }

  /** An event of the platform: accepted is delivered. */
  put(source: string, detailType: string, detail: unknown): void {
    this.#deliver(source, detailType, detail);
  }

  /** An event of an AWS service: best effort. */
  emit(source: string, detailType: string, detail: unknown): void {
    if (this.#parts.chaos.strikes('loseEvent'))
      this.#parts.trace.note('event lost', () => JSON.stringify(detail));
    else this.#deliver(source, detailType, detail);
  }

  #deliver(source: string, detailType: string, detail: unknown): void {
    const { scheduler, chaos } = this.#parts;
    const body = JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account,
      region,
      time: new Date(scheduler.now()).toISOString(),
      resources: [],
      detail,
    });
    for (const { queue, matches, ...route } of this.#routes) {
      if (route.source !== source || route.detailType !== detailType) continue;
      if (matches && !matches(detail as Record<string, unknown>)) continue;
      const copies = chaos.strikes('duplicate') ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        this.#underWay += 1;
        scheduler.after(chaos.random.between(5, 1_000), () => {
          this.#underWay -= 1;
          queue.send(body);
        });
      }
    }
  }
}
