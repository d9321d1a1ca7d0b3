import type { Caller } from '../../platform/http/caller.ts';

/** On whose behalf a function is invoked: what a caller is, without a request. */
export type Invoking = Pick<Caller, 'signal'> & { principal: Pick<Caller['principal'], 'tenant'> };
