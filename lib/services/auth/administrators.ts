import { CloudError } from '../../platform/errors/index.ts';
import type { Write } from '../../platform/table/types.ts';

/** How many active users hold the role `admin`; changed in the transaction that makes or unmakes one. */
const counter = { pk: 'ADMINISTRATORS', sk: 'COUNT' } as const;

export const administratorsGrow: Write = { update: counter, add: { administrators: 1 } };

/** Refuses to leave the platform without an administrator, however many try at once. */
export const administratorsShrink: Write = {
  update: counter,
  add: { administrators: -1 },
  when: { expression: 'administrators > :one', values: { ':one': 1 } },
  otherwise: () => new CloudError('CONFLICT', 'this is the last administrator: make another one first'),
};
