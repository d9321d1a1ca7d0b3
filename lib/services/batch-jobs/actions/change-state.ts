import * as z from 'zod/mini';
import type { BatchAction } from './action.ts';
import { beginEach } from './begin-each.ts';
import { endOf, followInstances } from './follow-instances.ts';

const NoParameters = z.strictObject({});

/** An action that brings an instance to a state: accepted with the item's begin, ended when the instance is there. */
export const changeState = (
  action: 'stop' | 'start' | 'restart',
  wanted: 'RUNNING' | 'STOPPED',
): BatchAction<z.infer<typeof NoParameters>> => ({
  name: `instance.${action}`,
  permission: 'instance:update',
  takes: 'targets',
  parameters: NoParameters,
  backend: 'ec2',
  begin: (slice, services) =>
    beginEach(slice, services, (instance) => {
      const { writes, after } = services.plans.action(slice.caller, instance, action);
      const { generation } = after;
      return { writes, state: endOf(wanted, after, generation) ?? { status: 'running', generation } };
    }),
  follow: followInstances(wanted),
});
