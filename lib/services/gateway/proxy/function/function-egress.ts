import type { Clock } from '../../../../platform/clock.ts';
import type { Egress } from '../../../../platform/egress/egress.ts';
import { CloudError } from '../../../../platform/errors/index.ts';
import { maxOutputBytes, type RunNow, timedOutCode } from '../../../functions/service.ts';
import { answerOf } from './answer.ts';
import { eventOf } from './event.ts';

/** Why a function gave no answer, in words that are fit for any caller: what it wrote is its owner's. */
const refused = (error: unknown): unknown => {
  if (!(error instanceof CloudError)) return error;
  if (error.kind === 'not_found')
    return new CloudError('BAD_GATEWAY', 'the function of this route is gone', { cause: error });
  if (error.type === 'INVALID_INPUT')
    return new CloudError('BAD_GATEWAY', 'the function of this route can not be run for a request', {
      cause: error,
    });
  if (error.type === 'OBJECT_TOO_LARGE')
    return new CloudError('OBJECT_TOO_LARGE', 'the request is more than a function can be given', {
      cause: error,
    });
  if (error.type === 'INTERNAL')
    return new CloudError('BAD_GATEWAY', 'the function of this route could not be run', { cause: error });
  return error;
};

/**
 * The way to a function of a tenant: a request is an event of it, and what it gives back the answer. It is looked for with each
 * request, among those of the tenant.
 */
export const createFunctionEgress =
  ({ runNow, clock }: { runNow: RunNow; clock: Clock }) =>
  (tenant: string, functionId: string): Egress => ({
    async fetch(request) {
      const { method, maxResponseBytes, signal = new AbortController().signal } = request;
      const payload = Buffer.from(JSON.stringify(eventOf(request, functionId, clock.now())));
      const { ran, model } = await runNow({ principal: { tenant }, signal }, functionId, payload, {
        keepResult: false,
      }).catch((error: unknown) => {
        throw refused(error);
      });
      if (ran.statusCode === timedOutCode)
        throw new CloudError('GATEWAY_TIMEOUT', 'the function of this route gave no answer in time');
      if (ran.statusCode !== 0) throw new CloudError('BAD_GATEWAY', 'the function of this route failed');
      const isCut = model === 'process' && Buffer.byteLength(ran.logs) >= maxOutputBytes;
      const answer = isCut ? undefined : answerOf({ model, result: ran.result, logs: ran.logs }, method);
      if (!answer) throw new CloudError('BAD_GATEWAY', 'the function of this route gave no HTTP answer');
      if (answer.body.length > maxResponseBytes)
        throw new CloudError('BAD_GATEWAY', 'the answer of the function is too long');
      return answer;
    },
  });
