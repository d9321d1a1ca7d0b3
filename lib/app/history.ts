import * as z from 'zod/mini';
import { createLogger } from '../platform/logging/logger.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { ActionEvent } from '../services/actions/schema.ts';
import { createActions } from '../services/actions/service.ts';
import { appTables } from './tables.ts';

/** The bus's events, as a rule puts them into the queue. */
const BusMessage = z.object({ detail: ActionEvent });

/** Bus events to the history of each resource. */
export const historyHandler = () => {
  const actions = createActions({ tables: appTables() });
  return sqsBatch({
    schema: BusMessage,
    log: createLogger('worker-history'),
    handle: (messages, { signal }) =>
      Promise.all(
        messages.map(async ({ detail }) => {
          const { id, tenant, kind, resource_id, action, phase } = detail;
          try {
            await actions.record(detail, signal);
            return { fields: { event_id: id, tenant, kind, resource_id, action, phase } };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
