import { newId } from '../platform/ids.ts';
import { lazily } from '../platform/lazily.ts';
import { createStore } from '../platform/store/create-store.ts';
import { Topics, topicKind } from '../services/topics/service.ts';
import type { AppParts } from './serve.ts';

/** The SQS client is loaded by the first message. */
const fanOut = lazily(async () => (await import('./sqs-publishing.ts')).sqsPublishing());

/** Publishing, for functions that do so on a tenant's behalf: they need the `fanOutQueue` link and no other of topics. */
export const composePublishing = (parts: Pick<AppParts, 'tables' | 'clock'>): Topics =>
  new Topics({
    ...parts,
    newId,
    store: createStore(topicKind, parts),
    fanOut: { send: async (...sent) => (await fanOut()).send(...sent) },
  });
