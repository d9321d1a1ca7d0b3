import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import { platformTags } from '../../../../lib/platform/aws/ec2/tags.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import type { ReconcileMessage } from '../../../../lib/platform/lifecycle/types.ts';
import { resourceKey } from '../../../../lib/platform/table/keys.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { createCloudWatchMetrics } from '../../../../lib/services/metrics/backend.cloudwatch.ts';
import { createEc2Monitoring } from '../../../../lib/services/metrics/backend.ec2.ts';
import { createCollector } from '../../../../lib/services/metrics/collector.ts';
import { createLister } from '../../../../lib/services/metrics/lister.ts';
import { type MeteredGroup, startMetering } from '../../../../lib/services/metrics/metered.ts';
import { createRelaxer } from '../../../../lib/services/metrics/relaxer.ts';
import type { MetricsQueue, MetricsTask } from '../../../../lib/services/metrics/tasks.ts';
import { createCloudWatch } from '../../../../local/aws/cloudwatch/index.ts';
import { VirtualTimers } from '../../../../local/clock.ts';
import { caller, launchInput, makeNetwork, startEc2 } from '../../local/aws/ec2/harness.ts';

export const minute = 60_000;
export const signal = new AbortController().signal;

/** Far ahead: the table server deletes what is past its time to live by the real clock. */
const start = Date.UTC(2030, 0, 1);

type Call = { name: string; input: Record<string, unknown> };

/** The collector over real tables, on the stand-ins of EC2 and CloudWatch at a clock of their own. */
export const openMetrics = async (tables: Tables, stage = newId().slice(-8)) => {
  const timers = new VirtualTimers(start);
  const ec2 = startEc2({ from: { database: new DatabaseSync(':memory:'), timers } });
  const network = await makeNetwork(ec2, '10.0.0.0/20');
  const cloudWatch = createCloudWatch(
    { timers, database: ec2.database, limits: 'default' },
    { loadOf: ec2.controls.loadOf },
  );
  /** What was asked of AWS so far; `refuse` fails the next of a name. */
  const calls: Call[] = [];
  const refusals = new Map<string, Error>();
  const clientOf = (actions: Record<string, (input: never, by: typeof caller) => unknown>) => ({
    send: async (command: { input: Record<string, unknown> }) => {
      const { name } = command.constructor;
      calls.push({ name, input: command.input });
      const refusal = refusals.get(name);
      if (refusal && refusals.delete(name)) throw refusal;
      return deserialize(
        serialize(await actions[name]?.(deserialize(serialize(command.input)) as never, caller)),
      );
    },
  });
  const clients = {
    cloudWatch: clientOf(cloudWatch.actions) as unknown as CloudWatchClient,
    ec2: clientOf(ec2.standIn.actions) as unknown as EC2Client,
  };
  const source = createCloudWatchMetrics({ ...clients, budget: unlimited });
  const monitoring = createEc2Monitoring({ ...clients, budget: unlimited, stage });

  const looks: ReconcileMessage[] = [];
  const sent: MetricsTask[] = [];
  const errors: string[] = [];
  const queue: MetricsQueue = {
    send: async (tasks) => {
      sent.push(...tasks);
      return new Map();
    },
  };
  let unsendable: string | undefined;
  const collect = createCollector({
    tables,
    source,
    monitoring,
    looks: {
      send: async (messages) => {
        const failed = messages.findIndex(({ message }) => message.id === unsendable);
        looks.push(...messages.filter((_, index) => index !== failed).map(({ message }) => message));
        return new Map(failed < 0 ? [] : [[failed, new Error('not sent')]]);
      },
    },
    clock: timers,
    log: { info: () => undefined, error: (message) => errors.push(message) },
  });

  const instance = async (tenant: string, group?: string) => {
    const id = newId();
    const Tags = platformTags({ stage, tenant, name: 'web', instance: id });
    const { Instances } = await ec2.send(
      new RunInstancesCommand(
        launchInput(network, { TagSpecifications: [{ ResourceType: 'instance', Tags }] }),
      ),
    );
    const container_id = Instances?.[0]?.InstanceId ?? '';
    const scaling_group_id = group;
    await tables.write({
      put: { ...resourceKey(tenant, 'INSTANCE', id), status: 'RUNNING', container_id, scaling_group_id },
    });
    return { id, machineId: container_id };
  };

  return {
    timers,
    clients,
    controls: ec2.controls,
    calls,
    callsOf: (name: string) => calls.filter((one) => one.name === `${name}Command`),
    refuse: (name: string, code: string) =>
      refusals.set(`${name}Command`, Object.assign(new Error(code), { name: code })),
    loseLookAt: (group: string | undefined) => {
      unsendable = group;
    },
    looks,
    sent,
    errors,
    collect,
    list: createLister({ tables, queue, clock: timers }),
    relax: createRelaxer({ tables, monitoring, queue }),
    source,
    monitoring,
    instance,
    /** A metered group of so many running instances. */
    async group(size: number, change: { memory?: boolean; tenant?: string; metered?: boolean } = {}) {
      const metered: MeteredGroup = { tenant: change.tenant ?? newId(), group: newId() };
      const members = [];
      for (let count = 0; count < size; count++) members.push(await instance(metered.tenant, metered.group));
      timers.advance(200);
      await tables.write({
        put: {
          ...resourceKey(metered.tenant, 'SCALING_GROUP', metered.group),
          members: Object.fromEntries(members.map(({ id }) => [id, { launched_at: '' }])),
        },
      });
      if (change.metered !== false) await tables.transact([startMetering(metered, change)]);
      return { metered, members };
    },
    asked: () => new Date(timers.now()).toISOString(),
  };
};
