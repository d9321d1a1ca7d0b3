import { totalsHandler } from '../../lib/app/totals.ts';

export const handler = totalsHandler();
