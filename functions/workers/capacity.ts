import { capacityHandler } from '../../lib/app/capacity.ts';

export const handler = capacityHandler();
