import type { Clock } from '../../platform/clock.ts';
import type { NewId } from '../../platform/ids.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { SendTask } from './invocation-task.ts';
import type { Invocations } from './invocations.ts';
import type { Invoking } from './invoking.ts';
import { checkPayload } from './payload.ts';
import type { FunctionRecord } from './record.ts';
import { accepted } from './running.ts';
import type { Invocation } from './schema.ts';

export interface AcceptInvocationOptions {
  store: Pick<ResourceStore<FunctionRecord>, 'get'>;
  invocations: Pick<Invocations, 'find' | 'accept'>;
  /** Made with the first invocation that needs it. */
  send(): Promise<SendTask>;
  clock: Clock;
  newId: NewId;
  /** Told of what an answer does not wait for. */
  report(message: string, error: unknown): void;
}

/**
 * Accepts an invocation: once this is back, the message sees to it that it is run at least once, whatever dies. What the
 * list of invocations shows of it until then is written after, and may be missing for a moment.
 * @param options `invocationId`, a UUIDv7: what is accepted again under one that is known is that invocation, and is not sent
 *   again: whatever has written it down, its message was the queue's before
 * @throws CloudError `NOT_FOUND`, `INVALID_INPUT`, `OBJECT_TOO_LARGE`
 */
export type AcceptInvocation = (
  caller: Invoking,
  functionId: string,
  payload: Uint8Array,
  options?: { invocationId?: string },
) => Promise<Invocation>;

export const createAcceptInvocation =
  ({ store, invocations, send, clock, newId, report }: AcceptInvocationOptions): AcceptInvocation =>
  async ({ principal, signal }, functionId, payload, { invocationId } = {}) => {
    const record = checkPayload(await store.get(principal.tenant, functionId, { signal }), payload);
    const known = invocationId && (await invocations.find(record, invocationId, signal));
    if (known) return known;
    const at = new Date(clock.now()).toISOString();
    const pending = accepted(invocationId ?? newId(), record.id, at);
    const sendTask = await send();
    await sendTask(
      {
        tenant: record.tenant,
        function_id: record.id,
        invocation_id: pending.id,
        payload: Buffer.from(payload).toString('base64'),
        accepted_at: at,
        attempt: 1,
      },
      0,
      signal,
    );
    await invocations
      .accept(record, pending, signal)
      .catch((error: unknown) => report('an accepted invocation does not show yet', error));
    return pending;
  };
