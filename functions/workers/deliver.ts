import { deliverHandler } from '../../lib/app/deliver.ts';

export const handler = deliverHandler();
