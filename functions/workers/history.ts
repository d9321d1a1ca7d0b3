import { historyHandler } from '../../lib/app/history.ts';

export const handler = historyHandler();
