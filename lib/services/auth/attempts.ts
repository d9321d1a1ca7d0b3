import type { Total } from '../../platform/totals/total.ts';

/** Counted where it is decided, as an attempt that fails changes no record: `success` or `failure`. */
export const authAttempts: Total = {
  name: 'auth_attempts_total',
  type: 'counter',
  help: 'Logins and token requests, by whether they proved who they are from.',
  labels: ['result'],
};
