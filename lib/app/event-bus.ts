import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { LifecycleBus } from '../platform/lifecycle/ports.ts';
import { inBatches } from './in-batches.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const batchSize = 10;

/** The platform's own bus. Rules match on source `thecloud` and detail-type `Lifecycle`. */
export const eventBus = (client: EventBridgeClient, name: string): LifecycleBus => ({
  publish: (details, signal) =>
    inBatches(details, batchSize, async (batch) => {
      const Entries = batch.map((detail) => ({
        EventBusName: name,
        Source: 'thecloud',
        DetailType: 'Lifecycle',
        Time: new Date(detail.at),
        Detail: JSON.stringify(detail),
      }));
      const answer = await client.send(new PutEventsCommand({ Entries }), { abortSignal: signal });
      return (answer.Entries ?? []).flatMap(({ ErrorCode, ErrorMessage }, index): [number, Error][] =>
        ErrorCode ? [[index, new Error(`${ErrorCode}: ${ErrorMessage}`)]] : [],
      );
    }),
});
