import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { LaunchNetwork } from './attachments.ts';
import { classifyImage, type Image } from './images.ts';
import { instanceTypes } from './instance-types.ts';
import { formatPorts, parsePorts } from './ports.ts';
import type { InstanceRecord } from './record.ts';
import type { LaunchInstance } from './schema.ts';

/** What an instance is to run, as its record says it. */
export interface Workload {
  image: Image;
  /** In their canonical form. */
  ports: string | undefined;
}

type Launch = Pick<
  LaunchInstance,
  'name' | 'image' | 'ports' | 'instance_type' | 'tags' | 'termination_protection'
>;

/** @throws CloudError `INVALID_INPUT` for an image that is not allowed, `INVALID_PORT_FORMAT`, `TOO_MANY_PORTS` */
export const checkWorkload = (
  { image, ports }: Pick<Launch, 'image' | 'ports'>,
  amiAllowList: readonly string[],
): Workload => ({
  image: classifyImage(image, amiAllowList),
  ports: ports ? formatPorts(parsePorts(ports)) : undefined,
});

/** A record in `STARTING` that is placed nowhere yet. */
export const newInstance = (
  sources: { newId: NewId; clock: Clock },
  caller: Caller,
  input: Launch,
  { ports }: Workload,
): InstanceRecord => ({
  ...newRecord(sources.newId, caller),
  name: input.name,
  status: 'STARTING',
  desired_status: 'RUNNING',
  image: input.image,
  instance_type: input.instance_type,
  vcpus: instanceTypes.get(input.instance_type)?.vcpus ?? 0,
  ports,
  tags: input.tags && Object.keys(input.tags).length > 0 ? input.tags : undefined,
  termination_protection: input.termination_protection || undefined,
  event: requested(sources, caller, 'launch'),
});

/** What a record says of where it is placed. */
export const placeFields = (
  caller: Caller,
  network: LaunchNetwork | undefined,
  zone: string,
): Partial<InstanceRecord> => ({
  zone,
  home_zone: caller.principal.homeZone,
  ...(network && {
    vpc_id: network.vpc_id,
    subnet_id: network.subnet_id,
    named_ip: network.named_ip,
    security_group_ids: network.security_group_ids.length > 0 ? [...network.security_group_ids] : undefined,
  }),
});
