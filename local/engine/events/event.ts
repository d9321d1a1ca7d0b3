import { randomUUID } from 'node:crypto';
import { type Event, eventTime } from '../../aws/events/index.ts';
import { localAccount, localRegion } from '../account.ts';

/** An event of an AWS service with the envelope that EventBridge puts round it. */
export const serviceEvent = (
  event: { source: string; detailType: string; detail: unknown; resources: string[] },
  now: number,
): Event => ({
  version: '0',
  id: randomUUID(),
  'detail-type': event.detailType,
  source: event.source,
  account: localAccount,
  time: eventTime(now),
  region: localRegion,
  resources: event.resources,
  detail: event.detail,
});
