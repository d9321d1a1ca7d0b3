import { tickHandler } from '../../lib/app/tick.ts';

export const handler = tickHandler();
