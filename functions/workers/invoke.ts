import { invokeHandler } from '../../lib/app/invoke.ts';

export const handler = invokeHandler();
