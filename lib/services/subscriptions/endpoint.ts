import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { parseId } from '../../platform/ids.ts';
import type { CreateSubscription } from './schema.ts';

export interface EndpointChecks {
  queues: {
    /** The caller's queue. @throws CloudError `NOT_FOUND` */
    get(caller: Caller, id: string): Promise<{ id: string }>;
  };
  /** @returns why a URL can never be delivered to, or `undefined` */
  refusedUrl(url: string): string | undefined;
}

/**
 * The endpoint as it is kept: a queue's id in its canonical form, or the URL as it was given.
 * @throws CloudError `INVALID_INPUT` naming `endpoint`, `NOT_FOUND` for a queue that is not the caller's
 */
export const checkEndpoint = async (
  { queues, refusedUrl }: EndpointChecks,
  caller: Caller,
  { protocol, endpoint }: Pick<CreateSubscription, 'protocol' | 'endpoint'>,
): Promise<string> => {
  if (protocol === 'webhook') {
    const reason = refusedUrl(endpoint);
    if (reason !== undefined) throw invalid('endpoint', reason);
    return endpoint;
  }
  const id = parseId(endpoint);
  if (!id) throw invalid('endpoint', 'must be the UUID of a queue');
  return (await queues.get(caller, id)).id;
};
