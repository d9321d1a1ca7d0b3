import type { EgressRequest, EgressResponse } from '../../../lib/platform/egress/egress.ts';
import { EgressError } from '../../../lib/platform/egress/egress-error.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Crashes } from '../engine/crashes.ts';
import { currentProcess, forTheLiving, runOutside } from '../engine/process.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';

/** A request as a tenant's target saw it. */
export interface Arrival {
  url: string;
  /** What names the message or the run: `webhook-id`, or `Idempotency-Key`. */
  key: string;
  body: string;
  at: number;
}

/** Below such a path the first two calls of each key fail. */
export const failsTwice = '/fails-twice/';

export interface TargetsOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  trace: Trace;
  crashes: Crashes;
}

/** The servers of tenants, and the way to them. What has arrived has arrived, also where nobody hears the answer. */
export const createTargets = ({ scheduler, chaos, trace, crashes }: TargetsOptions) => {
  const arrivals: Arrival[] = [];

  const answerTo = ({ url, headers = [], body = '' }: EgressRequest): number => {
    const key = headers.find(([name]) => /^(webhook-id|idempotency-key)$/i.test(name))?.[1] ?? '';
    arrivals.push({ url, key, body: Buffer.from(body).toString(), at: scheduler.now() });
    const calls = arrivals.filter((one) => one.url === url && one.key === key).length;
    const status = chaos.strikes('failTarget') || (url.includes(failsTwice) && calls <= 2) ? 503 : 200;
    trace.note('target', () => `${url} ${key} ${body} → ${status}`);
    return status;
  };

  const ask = (request: EgressRequest): Promise<EgressResponse> =>
    forTheLiving((resolve, reject) => {
      const process = currentProcess();
      const { signal, timeoutMilliseconds } = request;
      const sentAt = scheduler.now();
      if (signal?.aborted) return reject(new EgressError('aborted', 'given up'));
      if (crashes.strike(process, 'before', request.url)) return;
      let over = false;
      const settle = (outcome: () => void): void => {
        if (over) return;
        over = true;
        cancelTimeout();
        signal?.removeEventListener('abort', aborted);
        outcome();
      };
      const aborted = (): void => settle(() => reject(new EgressError('aborted', 'given up')));
      signal?.addEventListener('abort', aborted, { once: true });
      const cancelTimeout = scheduler.after(timeoutMilliseconds, () =>
        settle(() => reject(new EgressError('timeout', `no answer in ${timeoutMilliseconds} ms`))),
      );
      const arrive = (): void => {
        if (chaos.strikes('failBefore')) {
          settle(() => reject(new EgressError('unreachable', 'no connection')));
          return;
        }
        const status = answerTo(request);
        if (crashes.strike(process, 'after', request.url)) return;
        if (chaos.strikes('loseAnswer')) return;
        scheduler.after(chaos.latency(), () =>
          settle(() =>
            resolve({ status, headers: [], body: Buffer.alloc(0), milliseconds: scheduler.now() - sentAt }),
          ),
        );
      };
      scheduler.after(chaos.latency(), () => runOutside(arrive));
    });

  return {
    ask,
    /** All that ever arrived, in its order. */
    arrivals: (): readonly Arrival[] => arrivals,
  };
};

export type Targets = ReturnType<typeof createTargets>;
