import type { Egress } from '../../platform/egress/egress.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import type { CallTarget } from './target.ts';

/** Contract section 5. */
const timeoutMilliseconds = 30_000;
const maxResponseBytes = 1_048_576;
/** Of the answer's body, how much is kept. */
export const keptResponseBytes = 4_096;

/** Answers of HTTP that say "later": others below 500 mean the same whenever they are asked for. */
const laterStatuses = new Set([408, 425, 429]);

/** Without half a character at its end. */
const cut = (body: Buffer): string =>
  new TextDecoder('utf-8').decode(body.subarray(0, keptResponseBytes), {
    stream: body.length > keptResponseBytes,
  });

/** A job's URL, called with its method and payload. No header is added but the run's key, and who calls. */
export const createHttpTarget =
  (egress: Pick<Egress, 'fetch'>): CallTarget =>
  async ({ job, key }, signal) => {
    const startedAt = performance.now();
    try {
      const { status, body, milliseconds } = await egress.fetch({
        url: job.target_url,
        method: job.target_method,
        headers: [
          ['Idempotency-Key', key],
          ['User-Agent', 'thecloud-cron'],
        ],
        ...(job.target_payload !== '' && { body: job.target_payload }),
        timeoutMilliseconds,
        maxResponseBytes,
        signal,
      });
      const ok = status < 400;
      return {
        ok,
        statusCode: status,
        response: cut(body),
        mayRetry: !ok && (status >= 500 || laterStatuses.has(status)),
        milliseconds,
      };
    } catch (error) {
      if (!(error instanceof EgressError) || error.reason === 'aborted') throw error;
      return {
        ok: false,
        error: error.message,
        mayRetry: error.reason !== 'forbidden' && error.reason !== 'too_large',
        milliseconds: Math.round(performance.now() - startedAt),
      };
    }
  };
