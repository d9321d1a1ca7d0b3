import * as z from 'zod/mini';
import { LaunchInstance } from '../../instances/schema.ts';
import { type InstanceRecord, LaunchTemplate, namesFor } from '../../instances/service.ts';
import type { ItemState } from '../chunk.ts';
import type { BatchAction } from './action.ts';
import { followInstances } from './follow-instances.ts';

const Parameters = z.extend(LaunchTemplate, {
  /** What the names begin with; each has eight digits after it. */
  name: z._default(LaunchInstance.shape.name, 'batch'),
});

const stateOf = ({ id, generation }: InstanceRecord): ItemState => ({
  target: id,
  status: 'running',
  generation,
});

/** Launches instances that are alike in all but name and id. Ended when the instance is RUNNING. */
export const instanceLaunch: BatchAction<z.infer<typeof Parameters>> = {
  name: 'instance.launch',
  permission: 'instance:launch',
  takes: 'count',
  parameters: Parameters,
  backend: 'ec2',
  async begin({ caller, parameters, targets, record }, { bulk, newId }) {
    const { name, ...template } = parameters;
    const launched = await bulk.launchMany(caller, template, namesFor(name, targets.length, newId), {
      extra: (instances) => record(instances.map(stateOf)),
    });
    return launched?.length;
  },
  follow: followInstances('RUNNING'),
};
