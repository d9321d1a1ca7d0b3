import { tagKeys } from '../../../lib/platform/aws/ec2/tags.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { AnyRecord } from './records.ts';

const machineStatus: Readonly<Record<string, string>> = { running: 'RUNNING', stopped: 'STOPPED' };

/** Machines and instances are the same, one for one, and in the same state. */
const checkMachines = (cloud: Cloud, byId: ReadonlyMap<string, AnyRecord>): string[] => {
  const wrong: string[] = [];
  const machines = cloud.ec2.inspect().filter(({ state }) => state !== 'terminated');
  // What was launched together bears no instance's name: whose it is stands in the table.
  const byMachine = new Map([...byId.values()].map((record) => [record.container_id, record]));
  const seen = new Map<string, string>();
  for (const { instanceId, state, tags } of machines) {
    const owner = byId.get(tags[tagKeys.instance] ?? '') ?? byMachine.get(instanceId);
    if (!owner || owner.container_id !== instanceId)
      wrong.push(`machine ${instanceId} (${state}) is an orphan: ${tags[tagKeys.instance]} does not name it`);
    else if (seen.has(owner.id)) wrong.push(`INSTANCE ${owner.id} has two machines`);
    else {
      seen.set(owner.id, instanceId);
      if (machineStatus[state] !== owner.status && owner.status !== 'ERROR')
        wrong.push(`INSTANCE ${owner.id} is ${owner.status}, its machine ${instanceId} is ${state}`);
    }
  }
  for (const record of byId.values())
    if (record.kind === 'INSTANCE' && record.status !== 'ERROR' && !seen.has(record.id)) {
      // One that was stopped before it was launched needs no machine.
      if (record.status !== 'STOPPED' || record.container_id)
        wrong.push(`INSTANCE ${record.id} is ${record.status} and has no machine`);
    }
  return wrong;
};

/** What the platform makes for a record that bears its id. */
const kindOf: Readonly<Record<string, string>> = {
  volume: 'VOLUME',
  snapshot: 'SNAPSHOT',
  vpc: 'VPC',
  subnet: 'SUBNET',
  'security-group': 'SECURITY_GROUP',
  'internet-gateway': 'VPC',
  'route-table': 'VPC',
};

/** Everything else: nothing is left of what is gone, and whatever is said to be there is there, once. */
const checkResources = (cloud: Cloud, byId: ReadonlyMap<string, AnyRecord>): string[] => {
  const wrong: string[] = [];
  const provided = new Set<string>();
  for (const { kind, id, state, tags } of cloud.ec2.inspectResources()) {
    provided.add(id);
    const made = tags[tagKeys.resource];
    if (made === undefined) {
      const machine = tags[tagKeys.instance];
      if (kind === 'volume' && machine && !byId.has(machine))
        wrong.push(`root volume ${id} of ${machine} is an orphan`);
      continue;
    }
    const owner = byId.get(made);
    if (!owner) wrong.push(`${kind} ${id} (${state}) is an orphan: nothing is left of ${made}`);
    else if (
      owner.kind === kindOf[kind] &&
      kind !== 'internet-gateway' &&
      kind !== 'route-table' &&
      kind !== 'subnet'
    )
      if (owner.provider_id !== id)
        wrong.push(`${kind} ${id} was made for ${owner.kind} ${made}, which has ${owner.provider_id}`);
  }
  for (const { kind, id, status, provider_id } of byId.values())
    if (typeof provider_id === 'string' && kind !== 'LOAD_BALANCER' && !provided.has(provider_id))
      if (status !== 'ERROR') wrong.push(`${kind} ${id} is ${status} and the cloud has no ${provider_id}`);
  return wrong;
};

/** Volumes and machines hold each other, and both sides say the same. */
const checkAttachments = (byId: ReadonlyMap<string, AnyRecord>): string[] => {
  const wrong: string[] = [];
  for (const record of byId.values()) {
    if (record.kind === 'VOLUME' && record.instance_id) {
      const instance = byId.get(String(record.instance_id));
      const volumes = (instance?.volumes ?? []) as { volume_id: string }[];
      if (!volumes.some(({ volume_id }) => volume_id === record.id))
        wrong.push(`VOLUME ${record.id} is held by ${record.instance_id}, which does not know of it`);
    }
    if (record.kind !== 'INSTANCE') continue;
    const devices = new Set<string>();
    for (const { volume_id, device } of (record.volumes ?? []) as { volume_id: string; device: string }[]) {
      const volume = byId.get(volume_id);
      if (volume?.instance_id !== record.id)
        wrong.push(
          `INSTANCE ${record.id} holds VOLUME ${volume_id}, which is ${volume?.instance_id ?? 'free'}`,
        );
      if (devices.has(device)) wrong.push(`INSTANCE ${record.id} has two volumes at ${device}`);
      devices.add(device);
    }
  }
  return wrong;
};

/** Balancers and their targets. */
const checkBalancers = (cloud: Cloud, byId: ReadonlyMap<string, AnyRecord>): string[] => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { arn, tags, listeners } of cloud.elb.inspect()) {
    const owner = byId.get(tags[tagKeys.resource] ?? '');
    if (!owner || owner.provider_id !== arn) {
      wrong.push(`balancer ${arn} is an orphan`);
      continue;
    }
    seen.add(owner.id);
    if (owner.status === 'ERROR') continue;
    const targets = listeners.flatMap(({ targetGroups }) => targetGroups.flatMap((group) => group.targets));
    const registered = targets
      .filter(({ health }) => health.State !== 'draining')
      .map(({ instanceId, port }) => `${instanceId}:${port}`)
      .sort();
    if (new Set(registered).size < registered.length)
      wrong.push(`LOAD_BALANCER ${owner.id} has a target twice: ${registered.join(' ')}`);
    const wanted = new Set<string>();
    for (const [instance, { port }] of Object.entries(owner.targets as Record<string, { port: number }>)) {
      const record = byId.get(instance);
      wanted.add(`${record?.container_id}:${port}`);
      // A machine that stands still can't be registered, and stays so where it was.
      if (record?.status === 'RUNNING' && !registered.includes(`${record.container_id}:${port}`))
        wrong.push(`LOAD_BALANCER ${owner.id} lacks its target ${instance} (${record.container_id}:${port})`);
    }
    for (const one of registered)
      if (!wanted.has(one)) wrong.push(`LOAD_BALANCER ${owner.id} has a target too many: ${one}`);
  }
  for (const { kind, id, status } of byId.values())
    if (kind === 'LOAD_BALANCER' && status === 'ACTIVE' && !seen.has(id))
      wrong.push(`LOAD_BALANCER ${id} is ACTIVE and the cloud has none`);
  return wrong;
};

/** The cloud and the table say the same: no orphan in one, no ghost in the other. */
export const checkCloud = (cloud: Cloud, records: readonly AnyRecord[]): string[] => {
  const byId = new Map(records.map((record) => [record.id, record]));
  return [
    ...checkMachines(cloud, byId),
    ...checkResources(cloud, byId),
    ...checkAttachments(byId),
    ...checkBalancers(cloud, byId),
    ...cloud.problems.map((problem) => `a stand-in could not go on: ${problem}`),
  ];
};
