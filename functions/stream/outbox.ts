import { outboxHandler } from '../../lib/app/outbox.ts';

export const handler = outboxHandler();
