import { changeState } from './change-state.ts';

/** Ended when the instance was rebooted and is RUNNING. */
export const instanceRestart = changeState('restart', 'RUNNING');
