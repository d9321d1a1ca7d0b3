import { describe, expect, it } from 'vitest';
import { creationWindowMilliseconds } from '../../../../lib/platform/lifecycle/creation.ts';
import type { Compute, Machine, MachineState } from '../../../../lib/services/instances/backend.ts';
import { createInstanceController } from '../../../../lib/services/instances/controller.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/record.ts';

const now = Date.UTC(2026, 0, 1, 12);
const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1_000).toISOString();

const placement = { ami: 'ami-1', root_device: '/dev/xvda', subnet_id: 'subnet-a', group_id: 'sg-1' };

const wanted = (change: Partial<InstanceRecord> = {}): InstanceRecord => ({
  id: '0190b3a5-4c2e-7000-8000-000000000001',
  tenant: 'tenant',
  user_id: 'tenant',
  name: 'web',
  status: 'STARTING',
  desired_status: 'RUNNING',
  version: 1,
  generation: 1,
  observed_generation: 0,
  attempt: 1,
  failures: 0,
  created_at: at(1),
  updated_at: at(1),
  image: 'nginx',
  instance_type: 't3.micro',
  vcpus: 2,
  ...change,
});

const placed = { placement, asked_at: at(1) };
const launched = { ...placed, container_id: 'i-1' };
const machine = (state: MachineState, reason?: string): Machine => ({
  id: 'i-1',
  state,
  privateIp: '10.0.0.4',
  reason,
});

interface Calls {
  made: unknown[][];
}

const computeOf = (answers: Partial<Compute> = {}): Compute & Calls => {
  const made: unknown[][] = [];
  const noted =
    (name: string, answer?: unknown) =>
    async (...args: unknown[]) => {
      made.push([name, ...args.slice(0, -1)]);
      return answer as never;
    };
  return {
    made,
    zones: 2,
    place: noted('place', { ...placement, zone: 'us-east-1a' }),
    launch: noted('launch', { outcome: 'launched', machine: machine('pending') }),
    describe: noted('describe', new Map([['i-1', machine('running')]])),
    launchMany: noted('launchMany', { outcome: 'launched', machines: [machine('pending')], complete: true }),
    findLaunched: noted('findLaunched', [machine('running')]),
    findByToken: noted('findByToken', new Map([[`${wanted().id}-1`, machine('running')]])),
    start: noted('start'),
    stop: noted('stop'),
    reboot: noted('reboot'),
    terminate: noted('terminate'),
    regroup: noted('regroup', { group_ids: ['sg-9'] }),
    releaseGroup: noted('releaseGroup'),
    ...answers,
  };
};

const network = { vpcId: 'vpc-1', subnetId: 'subnet-t', zone: 'us-east-1b', groupIds: ['sg-9'] };

const controllerOf = (compute: Compute, userData?: string) =>
  createInstanceController({
    compute,
    networks: {
      locate: async () => network,
      release: ({ subnet_id }) =>
        subnet_id ? [{ update: { pk: 'uses', sk: subnet_id }, add: { held: -1 } }] : [],
    },
    volumes: { locate: async () => [{ id: 'vol-0a1', mount_path: '/data' }] },
    userData: async () => userData,
    launchBatchIsThere: async (_tenant, id) => id === 'b-1',
  });

const { reconcile } = controllerOf(computeOf());

const signal = AbortSignal.timeout(60_000);

/** The step without its function. */
const shown = (record: InstanceRecord, seen?: Machine) => {
  const step = reconcile(record, seen, now);
  return step.do === 'call' ? { do: 'call', name: step.name } : step;
};

describe('an instance that shall run', () => {
  it.each([
    ['is placed before anything is launched', {}, undefined, { do: 'call', name: 'PlaceInstance' }],
    ['is launched once its parameters are frozen', placed, undefined, { do: 'call', name: 'RunInstances' }],
    ['is waited for while it boots', launched, machine('pending'), { do: 'wait', milliseconds: 2_000 }],
    [
      'is waited for longer the longer it takes',
      { ...launched, asked_at: at(9) },
      machine('pending'),
      { do: 'wait', milliseconds: 9_000 },
    ],
    [
      'is waited for half a minute at most',
      { ...launched, asked_at: at(900) },
      machine('pending'),
      { do: 'wait', milliseconds: 30_000 },
    ],
    ['is waited for while it is not visible yet', launched, undefined, { do: 'wait', milliseconds: 2_000 }],
    [
      'has converged when it runs',
      launched,
      machine('running'),
      { do: 'converged', set: { status: 'RUNNING', private_ip: '10.0.0.4' } },
    ],
    [
      'shows the ports that its machine had to take in place of those it was asked for',
      { ...launched, ports: '80:80' },
      { ...machine('running'), ports: '8001:80' },
      { do: 'converged', set: { published_ports: '8001:80' } },
    ],
    ['is started when it is stopped', launched, machine('stopped'), { do: 'call', name: 'StartInstances' }],
    ['is not started before it has stopped', launched, machine('stopping'), { do: 'wait' }],
    [
      'is rebooted for a restart that EC2 was not told of',
      { ...launched, restarts_wanted: 2, restarts_done: 1 },
      machine('running'),
      { do: 'call', name: 'RebootInstances' },
    ],
    [
      'is not rebooted twice for one restart',
      { ...launched, restarts_wanted: 2, restarts_done: 2 },
      machine('running'),
      { do: 'converged' },
    ],
    [
      'fails with EC2’s reason when the machine died',
      launched,
      machine('terminated', 'Client.VolumeLimitExceeded'),
      { do: 'fail', reason: 'Client.VolumeLimitExceeded' },
    ],
    [
      'fails when the machine is gone for good',
      { ...launched, asked_at: at(creationWindowMilliseconds / 1_000) },
      undefined,
      { do: 'fail' },
    ],
    [
      'tries the other zone after a refusal',
      { zones_full: 1, attempt: 2 },
      undefined,
      { do: 'call', name: 'PlaceInstance' },
    ],
    [
      'gives up after twenty fresh attempts',
      { attempt: 21, status_reason: 'spent' },
      undefined,
      { do: 'fail', reason: 'spent' },
    ],
    [
      'fails after three rounds of all zones',
      { zones_full: 6, attempt: 7, status_reason: 'no room' },
      undefined,
      { do: 'fail', reason: 'no room' },
    ],
  ] as [string, Partial<InstanceRecord>, Machine | undefined, object][])('%s', (_, change, seen, step) => {
    expect(shown(wanted(change), seen)).toMatchObject(step);
  });
});

describe('an instance that is launched together with others', () => {
  const inBatch = (change: Partial<InstanceRecord> = {}, batch = 'b-1') =>
    wanted({ launch_batch: batch, ...change });
  it.each([
    ['waits for its machine', {}, 30_000],
    ['waits with its stop for its machine, and looks more often', { desired_status: 'STOPPED' }, 2_000],
    ['waits with its end for its machine, and looks more often', { deleted_at: at(0) }, 2_000],
  ] as const)('%s', async (_, change, waitMilliseconds) => {
    const compute = computeOf();
    const step = controllerOf(compute).reconcile(inBatch(change), undefined, now);
    expect(step).toMatchObject({ do: 'call', name: 'ReadLaunchBatch', waitMilliseconds });
    expect([await (step as { call(signal: AbortSignal): unknown }).call(signal), compute.made]).toEqual([
      undefined,
      [],
    ]);
  });

  it('goes by itself where its batch is gone', async () => {
    const step = controllerOf(computeOf()).reconcile(inBatch({}, 'b-2'), undefined, now);
    expect(await (step as { call(signal: AbortSignal): unknown }).call(signal)).toEqual({
      remove: ['launch_batch'],
    });
  });

  it('is like any other once it has its machine', () => {
    expect(shown(inBatch(launched), machine('pending'))).toMatchObject({ do: 'wait' });
  });
});

describe('an instance that shall be stopped', () => {
  const stop = { desired_status: 'STOPPED' as const };
  it.each([
    ['is stopped when it runs', launched, machine('running'), { do: 'call', name: 'StopInstances' }],
    ['is not stopped before it runs', launched, machine('pending'), { do: 'wait' }],
    ['is waited for while it stops', launched, machine('stopping'), { do: 'wait' }],
    [
      'has converged when it is stopped',
      launched,
      machine('stopped'),
      { do: 'converged', set: { status: 'STOPPED' } },
    ],
    [
      'has converged when nothing was ever launched',
      {},
      undefined,
      { do: 'converged', set: { status: 'STOPPED' } },
    ],
    [
      'is first found again when a launch may be under way',
      placed,
      undefined,
      { do: 'call', name: 'RunInstances' },
    ],
  ] as [string, Partial<InstanceRecord>, Machine | undefined, object][])('%s', (_, change, seen, step) => {
    expect(shown(wanted({ ...change, ...stop }), seen)).toMatchObject(step);
  });
});

describe('an instance of which nothing new is wanted', () => {
  const settled = {
    ...launched,
    desired_status: undefined,
    status: 'RUNNING' as const,
    observed_generation: 1,
  };
  it.each([
    [
      'follows a machine that was stopped from inside',
      settled,
      machine('stopped'),
      { do: 'converged', set: { status: 'STOPPED' } },
    ],
    [
      'follows a machine that was started by the operator',
      { ...settled, status: 'STOPPED' },
      machine('running'),
      { do: 'converged', set: { status: 'RUNNING' } },
    ],
    ['leaves a machine alone that is on its way', settled, machine('stopping'), { do: 'converged' }],
    [
      'fails when the machine was terminated',
      settled,
      machine('terminated'),
      { do: 'fail', reason: 'the machine was terminated outside of the platform' },
    ],
    ['stays as it failed', { ...settled, status: 'ERROR' }, machine('terminated'), { do: 'converged' }],
    [
      'is not launched again after a failed launch',
      { ...settled, status: 'ERROR', container_id: undefined },
      undefined,
      { do: 'converged' },
    ],
    [
      'comes out of ERROR when the machine runs',
      { ...settled, status: 'ERROR' },
      machine('running'),
      { do: 'converged', set: { status: 'RUNNING' } },
    ],
  ] as [string, Partial<InstanceRecord>, Machine | undefined, object][])('%s', (_, change, seen, step) => {
    expect(shown(wanted(change), seen)).toMatchObject(step);
  });
});

describe('a deleted instance', () => {
  const deleted = { deleted_at: at(1) };
  const long = { asked_at: at(3_600) };
  it.each([
    [
      'is forgotten when nothing was ever launched',
      {},
      undefined,
      { do: 'forget', usage: { instances: 1, vcpus: 2 } },
    ],
    ['is looked for while a launch may have happened', placed, undefined, { do: 'wait' }],
    ['is forgotten when no launch ever showed', { ...placed, ...long }, undefined, { do: 'forget' }],
    ['is terminated when it runs', launched, machine('running'), { do: 'call', name: 'TerminateInstances' }],
    ['is terminated when it boots', launched, machine('pending'), { do: 'call', name: 'TerminateInstances' }],
    [
      'is terminated when a lost launch shows up',
      placed,
      machine('running'),
      { do: 'call', name: 'TerminateInstances' },
    ],
    ['is waited for while it ends', launched, machine('shutting-down'), { do: 'wait' }],
    [
      'is forgotten when it has ended',
      launched,
      machine('terminated'),
      { do: 'forget', usage: { instances: 1, vcpus: 2 } },
    ],
    ['is forgotten when EC2 no longer knows it', { ...launched, ...long }, undefined, { do: 'forget' }],
    [
      'gives its ports’ group back first',
      { ...launched, ports: '80:80' },
      machine('terminated'),
      { do: 'call', name: 'DeleteSecurityGroup' },
    ],
    [
      'is forgotten after its group',
      { ...launched, placement: undefined, ports: '80:80' },
      machine('terminated'),
      { do: 'forget' },
    ],
    [
      'does not care for what else was wanted',
      { ...launched, desired_status: 'STOPPED', restarts_wanted: 3 },
      machine('running'),
      { do: 'call', name: 'TerminateInstances' },
    ],
  ] as [string, Partial<InstanceRecord>, Machine | undefined, object][])('%s', (_, change, seen, step) => {
    expect(shown(wanted({ ...change, ...deleted }), seen)).toMatchObject(step);
  });

  it('takes the machine’s owner and the user data with it', () => {
    const step = reconcile(wanted({ ...launched, ...deleted, user_data: true }), machine('terminated'), now);
    expect(step).toMatchObject({
      extra: [
        { delete: { pk: 'EC2#i-1', sk: 'INSTANCE' } },
        { delete: { pk: 'T#tenant#INSTANCE#USERDATA', sk: wanted().id } },
      ],
    });
  });
});

describe('a call', () => {
  const run = async (
    record: InstanceRecord,
    seen: Machine | undefined,
    compute: Compute,
    userData?: string,
  ) => {
    const step = controllerOf(compute, userData).reconcile(record, seen, now);
    if (step.do !== 'call') throw new Error(`not a call but ${step.do}`);
    return step.call(signal);
  };

  it('that places freezes image, subnet and group, and the zone with them', async () => {
    const compute = computeOf();
    const change = await run(wanted({ ports: '8080:80', zones_full: 1 }), undefined, compute);
    expect(compute.made).toEqual([
      [
        'place',
        {
          tenant: 'tenant',
          image: { kind: 'container', reference: 'nginx' },
          instanceType: 't3.micro',
          openPorts: [8080],
          zoneTurn: 1,
        },
      ],
    ]);
    expect(change).toEqual({ set: { placement, zone: 'us-east-1a', asked_at: at(0) }, seenHolds: true });
  });

  it('that launches names id and attempt as the token, and notes whose machine it is', async () => {
    const compute = computeOf();
    const change = await run(wanted({ ...placed, attempt: 3 }), undefined, compute);
    expect(compute.made[0]?.[1]).toMatchObject({
      token: `${wanted().id}-3`,
      placement,
      instanceType: 't3.micro',
    });
    expect(change).toMatchObject({
      set: { container_id: 'i-1', private_ip: '10.0.0.4' },
      extra: [{ put: { pk: 'EC2#i-1', sk: 'INSTANCE', tenant: 'tenant', id: wanted().id } }],
    });
  });

  it('that launches a machine image hands over the tenant’s user data', async () => {
    const compute = computeOf();
    await run(wanted({ ...placed, image: 'al2023', user_data: true }), undefined, compute, '#!/bin/sh\nid');
    expect(compute.made[0]?.[1]).toMatchObject({ userData: '#!/bin/sh\nid' });
  });

  const inNetwork = { vpc_id: 'vpc', subnet_id: 'subnet', zone: 'us-east-1b' };

  it('that places in a network of the tenant names subnet and groups by the cloud’s ids, and notes which it told', async () => {
    const compute = computeOf();
    const change = await run(wanted({ ...inNetwork, security_group_ids: ['g'] }), undefined, compute);
    expect(compute.made[0]?.[1]).toMatchObject({ network, zone: 'us-east-1b' });
    expect(change?.set).toMatchObject({ groups_done: ['g'] });
  });

  it.each([
    ['volumes', { volumes: [{ volume_id: 'v', device: '/dev/sdf' }], zone: 'us-east-1b' }, 'us-east-1b'],
    ['a subnet', inNetwork, 'us-east-1b'],
    ['neither', { zone: 'us-east-1b' }, undefined],
  ])('that places with %s asks for the right zone', async (_, record, zone) => {
    const compute = computeOf();
    await run(wanted(record), undefined, compute);
    expect(compute.made).toEqual([['place', expect.objectContaining({ zone })]]);
  });

  it('that launches into a network asks for the address that was named', async () => {
    const compute = computeOf();
    await run(wanted({ ...placed, ...inNetwork, named_ip: '10.0.0.9' }), undefined, compute);
    expect(compute.made[0]?.[1]).toMatchObject({ privateIp: '10.0.0.9' });
  });

  it('that launches with volumes mounts them before anything of the tenant’s own runs', async () => {
    const compute = computeOf();
    const volumes = [{ volume_id: 'v', mount_path: '/data', device: '/dev/sdf' }];
    await run(
      wanted({ ...placed, image: 'al2023', user_data: true, volumes }),
      undefined,
      compute,
      '#!/bin/sh\nid',
    );
    const [[, request]] = compute.made as [[string, { userData: string }]];
    const { userData } = request;
    expect(userData).toMatch(/^Content-Type: multipart\/mixed/);
    expect(userData.indexOf('Store_vol0a1')).toBeGreaterThan(0);
    expect(userData.indexOf('#!/bin/sh\nid')).toBeGreaterThan(userData.indexOf('Store_vol0a1'));
  });

  it.each([
    ['running', 'RUNNING'],
    ['stopped', 'STOPPED'],
  ] as const)('that regroups a %s machine keeps the rest of its placement', async (state, status) => {
    const compute = computeOf();
    const record = wanted({
      ...launched,
      ...inNetwork,
      status,
      desired_status: status,
      security_group_ids: ['g', 'h'],
      groups_done: ['g'],
    });
    const change = await run(record, machine(state), compute);
    expect(compute.made).toEqual([
      ['regroup', { tenant: 'tenant', machineId: 'i-1', openPorts: [], network }],
    ]);
    const { group_id: _, ...rest } = placement;
    expect(change).toEqual({
      set: { placement: { ...rest, group_ids: ['sg-9'] }, groups_done: ['g', 'h'] },
    });
  });

  it.each([
    ['in the same groups in another order', { security_group_ids: ['h', 'g'], groups_done: ['g', 'h'] }],
    ['without a network of its own', { subnet_id: undefined, groups_done: ['g'] }],
  ])('is not made to regroup an instance %s', (_, change) => {
    const record = wanted({ ...launched, ...inNetwork, status: 'RUNNING', ...change });
    expect(reconcile(record, machine('running'), now).do).toBe('converged');
  });

  it('that was refused begins a fresh attempt with fresh parameters', async () => {
    const compute = computeOf({
      launch: async () => ({ outcome: 'refused', zoneIsFull: true, reason: 'full' }),
    });
    expect(await run(wanted(placed), undefined, compute)).toEqual({
      set: { attempt: 2, zones_full: 1, status_reason: 'full' },
      remove: ['placement'],
    });
  });

  it('that was refused for another reason stays in its zone', async () => {
    const compute = computeOf({
      launch: async () => ({ outcome: 'refused', zoneIsFull: false, reason: 'token spent' }),
    });
    expect((await run(wanted(placed), undefined, compute))?.set).toMatchObject({ attempt: 2, zones_full: 0 });
  });

  it('that reboots remembers which restart it was', async () => {
    const compute = computeOf();
    const change = await run(wanted({ ...launched, restarts_wanted: 4 }), machine('running'), compute);
    expect([compute.made, change]).toEqual([[['reboot', 'i-1']], { set: { restarts_done: 4 } }]);
  });

  it('that ends a lost launch adopts the machine', async () => {
    const compute = computeOf();
    const change = await run(wanted({ ...placed, deleted_at: at(0) }), machine('running'), compute);
    expect(compute.made).toEqual([['terminate', 'i-1']]);
    expect(change?.set).toMatchObject({ container_id: 'i-1' });
  });

  it('made twice asks for the same thing', async () => {
    const compute = computeOf();
    await run(wanted(placed), undefined, compute);
    await run(wanted(placed), undefined, compute);
    expect(compute.made[0]).toEqual(compute.made[1]);
  });
});

describe('the controller observes', () => {
  it('by id what was launched, by token only what may have been launched and was deleted', async () => {
    const compute = computeOf();
    const other = '0190b3a5-4c2e-7000-8000-000000000002';
    const observed = await controllerOf(compute).observe(
      [
        wanted({ ...launched, id: other }),
        wanted({ ...placed, deleted_at: at(0) }),
        wanted({ id: '0190b3a5-4c2e-7000-8000-000000000003', ...placed }),
      ],
      signal,
    );
    expect(compute.made).toEqual([
      ['describe', ['i-1']],
      ['findByToken', [`${wanted().id}-1`]],
    ]);
    expect([...observed.keys()].sort()).toEqual([wanted().id, other].sort());
  });
});
