import * as z from 'zod/mini';
import { CloudError } from '../../../platform/errors/index.ts';
import type { BatchAction } from './action.ts';
import { beginEach } from './begin-each.ts';
import { followInstances } from './follow-instances.ts';

const Parameters = z.strictObject({});

/** Ended when the machine is gone. An instance under termination protection fails with `CONFLICT`, as its own DELETE does. */
export const instanceTerminate: BatchAction<z.infer<typeof Parameters>> = {
  name: 'instance.terminate',
  permission: 'instance:terminate',
  takes: 'targets',
  parameters: Parameters,
  backend: 'ec2',
  begin: (slice, services) =>
    beginEach(slice, services, async (instance) => {
      if (instance.termination_protection)
        throw new CloudError('CONFLICT', 'the instance is protected from termination');
      const writes = await services.bulk.planTermination(slice.caller, instance);
      return { writes, state: { status: 'running', generation: instance.generation + 1 } };
    }),
  follow: followInstances('gone'),
};
