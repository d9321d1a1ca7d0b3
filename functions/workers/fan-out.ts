import { fanOutHandler } from '../../lib/app/fan-out.ts';

export const handler = fanOutHandler();
