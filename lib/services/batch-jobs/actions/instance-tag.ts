import * as z from 'zod/mini';
import { LaunchInstance } from '../../instances/schema.ts';
import type { BatchAction } from './action.ts';
import { beginEach } from './begin-each.ts';

const Parameters = z
  .strictObject({
    /** Tags that each instance shall have. */
    set: LaunchInstance.shape.tags,
    /** Keys of tags that none shall have. */
    remove: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(128))).check(z.maxLength(40))),
  })
  .check(
    z.refine(
      ({ set = {}, remove = [] }) => Object.keys(set).length + remove.length > 0,
      'set or remove must be given',
    ),
  );

/** Sets and takes away tags and leaves all others alone. EC2 is not told of them, so an item ends as it begins. */
export const instanceTag: BatchAction<z.infer<typeof Parameters>> = {
  name: 'instance.tag',
  permission: 'instance:update',
  takes: 'targets',
  parameters: Parameters,
  begin: (slice, services) =>
    beginEach(slice, services, (instance) => ({
      writes: services.plans.tags(slice.caller, instance, slice.parameters).writes,
      state: { status: 'succeeded' },
    })),
  follow: async () => new Map(),
};
