import type { BatchAction } from './action.ts';
import { instanceLaunch } from './instance-launch.ts';
import { instanceRestart } from './instance-restart.ts';
import { instanceStart } from './instance-start.ts';
import { instanceStop } from './instance-stop.ts';
import { instanceTag } from './instance-tag.ts';
import { instanceTerminate } from './instance-terminate.ts';

/** Every action that a batch job can have, by name. */
export const batchActions: ReadonlyMap<string, BatchAction> = new Map(
  [instanceLaunch, instanceStop, instanceStart, instanceRestart, instanceTerminate, instanceTag].map(
    (action): [string, BatchAction] => [action.name, action],
  ),
);
