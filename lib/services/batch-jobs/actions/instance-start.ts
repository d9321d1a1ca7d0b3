import { changeState } from './change-state.ts';

/** Ended when the instance is RUNNING. */
export const instanceStart = changeState('start', 'RUNNING');
