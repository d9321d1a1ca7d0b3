import { derivedId } from '../../platform/derived-id.ts';
import { timeOf } from '../../platform/ids.ts';
import type { SubscriptionRecord } from '../subscriptions/service.ts';
import type { FanOutMessage } from '../topics/service.ts';
import { attributesHeader } from './attributes-header.ts';
import type { DeliverMessage } from './message.ts';

/** The same for the same message and subscription, however often it is fanned out; sorts by the time of publishing. */
export const deliveryId = (message: string, subscription: string): string =>
  derivedId(timeOf(message), `${message} ${subscription}`);

/** The first attempt to hand a published message to a subscription. */
export const newDelivery = (
  { tenant, message, published_at, body, attributes }: FanOutMessage,
  { id }: SubscriptionRecord,
  { token, now }: { token: string; now: number },
): DeliverMessage => ({
  tenant,
  subscription: id,
  delivery: deliveryId(message, id),
  message,
  published_at,
  attempt: 1,
  token,
  since: new Date(now).toISOString(),
  body,
  attributes: attributesHeader(attributes),
});
