import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import type { Subscriptions } from '../subscriptions/service.ts';
import { packBody } from '../topics/service.ts';
import type { DeliveryQueue } from './backend.ts';
import { type DeliveryLog, keptDays } from './log.ts';
import type { Delivery } from './schema.ts';

export interface DeliveriesOptions {
  subscriptions: Pick<Subscriptions, 'find'>;
  log: DeliveryLog;
  deliveries: DeliveryQueue;
  clock: Clock;
  newId: NewId;
}

/** Of a list that asks for no page. */
const listedAtOnce = 100;

/** What became of the messages of a subscription, for its owner. */
export class Deliveries {
  readonly #options: DeliveriesOptions;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Newest first. @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a page by number */
  async list(caller: Caller, id: string, request: ListRequest): Promise<Listed<Delivery[]>> {
    const { subscriptions, log } = this.#options;
    const subscription = await subscriptions.find(caller, id);
    if ((request.page ?? 1) > 1) throw invalid('page', 'deliveries go on with the cursor of the page before');
    return log.list(
      { tenant: subscription.tenant, subscription: subscription.id },
      {
        limit: request.paged ? request.pageSize : listedAtOnce,
        cursor: request.cursor,
        signal: caller.signal,
      },
    );
  }

  /**
   * Has a message delivered once more, and tried again for another day: one durable send, and no write.
   * @throws CloudError `NOT_FOUND`; `CONFLICT` where the subscription is disabled, or the text is not kept
   */
  async resend(caller: Caller, id: string, delivery: string): Promise<{ message: string }> {
    const { subscriptions, log, deliveries, clock, newId } = this.#options;
    const subscription = await subscriptions.find(caller, id);
    const ref = { tenant: subscription.tenant, subscription: subscription.id, delivery };
    const logged = await log.find(ref, caller.signal);
    if (!logged) throw notFound('delivery');
    if (subscription.status === 'DISABLED')
      throw new CloudError('CONFLICT', 'the subscription is disabled: enable it first');
    const content = await log.content(ref, logged, caller.signal);
    if (content === undefined)
      throw new CloudError(
        'CONFLICT',
        `the text is not kept: of long ones only those that could not be delivered at once are, for ${keptDays} days`,
      );
    const message = {
      ...ref,
      message: logged.message_id,
      published_at: logged.published_at,
      attempt: logged.attempt_count + 1,
      token: newId(),
      since: new Date(clock.now()).toISOString(),
      body: packBody(content.text),
      attributes: content.attributes,
    };
    await deliveries.send([{ message, delaySeconds: 0 }], caller.signal);
    return { message: 'delivery begun' };
  }
}
