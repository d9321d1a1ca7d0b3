import { type Action, madeBy, nameFor, remove, some } from './action.ts';
import { messageActions } from './messages.ts';
import { runActions } from './runs.ts';

const act =
  (name: 'stop' | 'start' | 'restart'): Action =>
  (client) => {
    const instance = some(client, 'INSTANCE');
    return (
      instance &&
      client.change('POST', `/instances/${instance.id}/${name}`, undefined, {
        action: { name, target: instance.id },
      })
    );
  };

const blocks = ['10.0.0.0/16', '10.1.0.0/16', '192.168.0.0/20'] as const;

const launch: Action = (client) => {
  const { random } = client.world;
  const subnet = random.chance(0.5) ? some(client, 'SUBNET') : undefined;
  const volume = random.chance(0.25) ? some(client, 'VOLUME') : undefined;
  const group = subnet && random.chance(0.4) ? some(client, 'SECURITY_GROUP') : undefined;
  const block = subnet?.facts.block?.split('.').slice(0, 3).join('.');
  return client.change(
    'POST',
    '/instances',
    {
      name: nameFor(client, 'vm'),
      image: 'al2023',
      ...(random.chance(0.3) && { ports: '8080:80' }),
      ...(subnet && { subnet_id: subnet.id, vpc_id: subnet.facts.vpc }),
      ...(subnet && random.chance(0.2) && { private_ip: `${block}.${random.between(4, 9)}` }),
      ...(volume && { volumes: [{ volume_id: volume.id, mount_path: '/data' }] }),
      ...(group && { security_group_ids: [group.id] }),
      ...(random.chance(0.2) && { tags: { role: nameFor(client, 'role') } }),
      ...(random.chance(0.1) && { user_data: '#!/bin/sh\necho hello\n' }),
    },
    madeBy(client, 'INSTANCE', [], { vpc: subnet?.facts.vpc ?? '' }),
  );
};

const subnet: Action = (client) => {
  const vpc = some(client, 'VPC');
  if (!vpc) return undefined;
  const { random } = client.world;
  const base = (vpc.facts.block as string).split('.').slice(0, 2).join('.');
  const block = `${base}.${random.between(0, 6)}.0/${random.pick([24, 28])}`;
  return client.change(
    'POST',
    `/vpcs/${vpc.id}/subnets`,
    {
      name: nameFor(client, 'net'),
      cidr_block: block,
      availability_zone: random.pick(['us-east-1a', 'us-east-1b']),
    },
    madeBy(client, 'SUBNET', [vpc.id], { vpc: vpc.id, block }),
  );
};

const volume: Action = (client) => {
  const { random } = client.world;
  return client.change(
    'POST',
    '/volumes',
    {
      name: nameFor(client, 'disk'),
      size_gb: random.between(1, 20),
      ...(random.chance(0.3) && { availability_zone: random.pick(['us-east-1a', 'us-east-1b']) }),
    },
    madeBy(client, 'VOLUME'),
  );
};

const actions = {
  launch,
  stop: act('stop'),
  start: act('start'),
  restart: act('restart'),
  tag: (client) => {
    const instance = some(client, 'INSTANCE');
    return (
      instance && client.change('PATCH', `/instances/${instance.id}`, { tags: { n: nameFor(client, 'tag') } })
    );
  },
  terminate: (client) => remove(client, some(client, 'INSTANCE'), '/instances'),

  volume,
  grow: (client) => {
    const one = some(client, 'VOLUME');
    return (
      one && client.change('PATCH', `/volumes/${one.id}`, { size_gb: client.world.random.between(5, 60) })
    );
  },
  attach: (client) => {
    const [one, instance] = [some(client, 'VOLUME'), some(client, 'INSTANCE')];
    if (!one || !instance) return undefined;
    return client.change('POST', `/volumes/${one.id}/attach`, { instance_id: instance.id });
  },
  detach: (client) => {
    const one = some(client, 'VOLUME');
    return one && client.change('POST', `/volumes/${one.id}/detach`, {});
  },
  deleteVolume: (client) => remove(client, some(client, 'VOLUME'), '/volumes'),

  snapshot: (client) => {
    const one = some(client, 'VOLUME');
    return (
      one && client.change('POST', '/snapshots', { volume_id: one.id }, madeBy(client, 'SNAPSHOT', [one.id]))
    );
  },
  restore: (client) => {
    const one = some(client, 'SNAPSHOT');
    const body = { new_volume_name: nameFor(client, 'restored') };
    return one && client.change('POST', `/snapshots/${one.id}/restore`, body, madeBy(client, 'VOLUME'));
  },
  deleteSnapshot: (client) => remove(client, some(client, 'SNAPSHOT'), '/snapshots'),
  schedule: (client) => {
    const one = some(client, 'VOLUME');
    const body = { name: nameFor(client, 'plan'), volume_id: one?.id, interval_hours: 1, retain: 2 };
    return (
      one && client.change('POST', '/snapshot-schedules', body, madeBy(client, 'SNAPSHOT_SCHEDULE', [one.id]))
    );
  },
  deleteSchedule: (client) => remove(client, some(client, 'SNAPSHOT_SCHEDULE'), '/snapshot-schedules'),

  vpc: (client) => {
    const block = client.world.random.pick(blocks);
    return client.change(
      'POST',
      '/vpcs',
      { name: nameFor(client, 'vpc'), cidr_block: block },
      madeBy(client, 'VPC', [], { block }),
    );
  },
  subnet,
  group: (client) => {
    const vpc = some(client, 'VPC');
    const body = { vpc_id: vpc?.id, name: nameFor(client, 'group') };
    return (
      vpc &&
      client.change(
        'POST',
        '/security-groups',
        body,
        madeBy(client, 'SECURITY_GROUP', [vpc.id], { vpc: vpc.id }),
      )
    );
  },
  rule: (client) => {
    const group = some(client, 'SECURITY_GROUP');
    if (!group) return undefined;
    const port = client.world.random.between(80, 84);
    return client.change('POST', `/security-groups/${group.id}/rules`, {
      direction: 'ingress',
      protocol: 'tcp',
      port_min: port,
      port_max: port,
      cidr: '0.0.0.0/0',
    });
  },
  join: (client) => {
    const [group, instance] = [some(client, 'SECURITY_GROUP'), some(client, 'INSTANCE')];
    const way = client.world.random.pick(['attach', 'detach']);
    if (!group || !instance) return undefined;
    return client.change('POST', `/security-groups/${way}`, { instance_id: instance.id, group_id: group.id });
  },
  deleteGroup: (client) => remove(client, some(client, 'SECURITY_GROUP'), '/security-groups'),
  deleteSubnet: (client) => remove(client, some(client, 'SUBNET'), '/subnets'),
  deleteVpc: (client) => remove(client, some(client, 'VPC'), '/vpcs'),

  batchLaunch: (client) =>
    client.change(
      'POST',
      '/batch/jobs',
      {
        action: 'instance.launch',
        count: client.world.random.between(1, 5),
        parameters: { name: nameFor(client, 'many'), image: 'al2023' },
      },
      madeBy(client, 'BATCH_JOB'),
    ),
  batch: (client) => {
    const { random } = client.world;
    const all = client.memory.of('INSTANCE');
    if (all.length === 0) return undefined;
    const targets = random.shuffled(all).slice(0, random.between(1, 6));
    const action = random.pick(['instance.stop', 'instance.start', 'instance.restart', 'instance.terminate']);
    for (const one of targets) {
      client.memory.inJobs.add(one.id);
      if (action === 'instance.terminate') one.deleteSent = true;
    }
    const body = {
      action,
      targets: targets.map(({ id }) => id),
      concurrency: random.between(1, 4),
      continue_on_error: random.chance(0.6),
    };
    return client.change('POST', '/batch/jobs', body, madeBy(client, 'BATCH_JOB'));
  },
  cancelJob: (client) => {
    const job = some(client, 'BATCH_JOB');
    return job && client.change('POST', `/batch/jobs/${job.id}/cancel`, undefined);
  },

  scalingGroup: (client) => {
    const { random } = client.world;
    const [vpc, balancer] = [some(client, 'VPC'), some(client, 'LOAD_BALANCER')];
    if (!vpc) return undefined;
    const max = random.between(1, 5);
    const min = random.between(0, max);
    const body = {
      name: nameFor(client, 'group'),
      vpc_id: vpc.id,
      image: 'al2023',
      ports: '80:80',
      min_instances: min,
      max_instances: max,
      desired_count: random.between(Math.max(1, min), max),
      health_grace_sec: random.pick([0, 60]),
      ...(balancer?.facts.vpc === vpc.id && random.chance(0.7) && { load_balancer_id: balancer.id }),
    };
    return client.change('POST', '/autoscaling/groups', body, madeBy(client, 'SCALING_GROUP'));
  },
  resize: (client) => {
    const { random } = client.world;
    const group = some(client, 'SCALING_GROUP');
    const body = random.pick([
      { desired_count: random.between(0, 5) },
      { min_instances: 0, max_instances: random.between(1, 4) },
      { min_instances: random.between(0, 3), max_instances: 5 },
    ]);
    return group && client.change('PATCH', `/autoscaling/groups/${group.id}`, body);
  },
  policy: (client) => {
    const { random } = client.world;
    const group = some(client, 'SCALING_GROUP');
    const body = {
      name: nameFor(client, 'policy'),
      metric_type: 'cpu',
      target_value: 60,
      scale_out_step: random.between(1, 2),
      scale_in_step: random.between(1, 3),
      cooldown_sec: random.pick([60, 300]),
    };
    return (
      group &&
      client.change(
        'POST',
        `/autoscaling/groups/${group.id}/policies`,
        body,
        madeBy(client, 'POLICY', [group.id]),
      )
    );
  },
  deletePolicy: (client) => remove(client, some(client, 'POLICY'), '/autoscaling/policies'),
  scheduledAction: (client) => {
    const { random, scheduler } = client.world;
    const group = some(client, 'SCALING_GROUP');
    const at = new Date(scheduler.now() + random.between(5, 120) * 1_000).toISOString();
    const body = { name: nameFor(client, 'later'), at, desired_count: random.between(0, 3) };
    return group && client.change('POST', `/autoscaling/groups/${group.id}/scheduled-actions`, body);
  },
  terminateMember: async (client) => {
    const group = some(client, 'SCALING_GROUP');
    if (!group) return;
    const members = await client.read(`/autoscaling/groups/${group.id}/instances`);
    const instances = members.status === 200 ? (members.data as { instance_id: string }[]) : [];
    if (instances.length === 0) return;
    const { instance_id } = client.world.random.pick(instances);
    const does = client.world.random.pick(['DELETE', 'POST'] as const);
    await client.change(does, `/instances/${instance_id}${does === 'POST' ? '/stop' : ''}`, undefined);
  },
  deleteScalingGroup: (client) => remove(client, some(client, 'SCALING_GROUP'), '/autoscaling/groups'),

  balancer: (client) => {
    const vpc = some(client, 'VPC');
    const body = { name: nameFor(client, 'lb'), vpc_id: vpc?.id, port: 80 };
    return vpc && client.change('POST', '/lb', body, madeBy(client, 'LOAD_BALANCER', [], { vpc: vpc.id }));
  },
  target: (client) => {
    const balancer = some(client, 'LOAD_BALANCER');
    const instances = client.memory.of('INSTANCE').filter(({ facts }) => facts.vpc === balancer?.facts.vpc);
    if (!balancer || instances.length === 0) return undefined;
    const { random } = client.world;
    return client.change('POST', `/lb/${balancer.id}/targets`, {
      instance_id: random.pick(instances).id,
      port: 80,
      weight: random.between(1, 3),
    });
  },
  removeTarget: (client) => {
    const [balancer, instance] = [some(client, 'LOAD_BALANCER'), some(client, 'INSTANCE')];
    if (!balancer || !instance) return undefined;
    return client.change('DELETE', `/lb/${balancer.id}/targets/${instance.id}`, undefined);
  },
  deleteBalancer: (client) => remove(client, some(client, 'LOAD_BALANCER'), '/lb'),

  ...messageActions,
  ...runActions,
} satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;
export const actionsByName: Readonly<Record<ActionName, Action>> = actions;
