import { sweepHandler } from '../../lib/app/sweep.ts';

export const handler = sweepHandler();
