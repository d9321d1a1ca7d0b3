import { changeState } from './change-state.ts';

/** Ended when the instance is STOPPED. */
export const instanceStop = changeState('stop', 'STOPPED');
