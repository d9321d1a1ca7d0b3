import { observeHandler } from '../../lib/app/observe.ts';

export const handler = observeHandler();
