import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import type { Need } from '../request.ts';
import { type ServiceNeeds, toArn } from './call-needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export const events: ServiceNeeds = {
  PutEvents: (input: PutEventsCommandInput, place): Need[] =>
    (input.Entries ?? []).map(({ EventBusName = 'default', Source, DetailType }) => ({
      action: 'events:PutEvents',
      resources: [toArn('events', place, EventBusName, 'event-bus/')],
      context: {
        ...(Source !== undefined && { 'events:source': Source }),
        ...(DetailType !== undefined && { 'events:detail-type': DetailType }),
      },
    })),
};
