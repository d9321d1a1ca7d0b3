import type { CloudVolume } from './attachments.ts';
import { containerUserData } from './container-host.ts';
import { echoImage, echoUserData } from './echo-host.ts';
import { classifyImage, type Image } from './images.ts';
import { mountScript } from './mount-script.ts';
import { multipart } from './multipart.ts';
import { type PortMapping, parsePorts, publishedPorts } from './ports.ts';
import type { InstanceRecord } from './record.ts';

type Workload = Pick<InstanceRecord, 'image' | 'ports'>;
type NamedWorkload = Workload & Pick<InstanceRecord, 'name'>;

/** What a record asks to run. Its image was checked against the operator's list when it was launched. */
export const specOf = ({ image, ports }: Workload): { image: Image; ports: PortMapping[] } => ({
  image: classifyImage(image, [image]),
  ports: ports ? parsePorts(ports) : [],
});

/**
 * The TCP ports that must be open: a container is published on its machine's host ports; a machine image has no such
 * translation, so there the container side of each pair is meant.
 */
export const openPortsOf = (workload: Workload): number[] => {
  const { image, ports } = specOf(workload);
  const open =
    image.kind === 'container'
      ? publishedPorts(ports).map(({ host }) => host)
      : ports.map(({ container }) => container).filter((port) => port > 0);
  return [...new Set(open)].sort((a, b) => a - b);
};

const ownUserData = (workload: NamedWorkload, stored: string | undefined): string | undefined => {
  const { image, ports } = specOf(workload);
  if (image.kind !== 'container') return stored;
  const published = publishedPorts(ports);
  return image.reference === echoImage
    ? echoUserData(workload.name, published)
    : containerUserData(image.reference, published);
};

/** The user data of the machine: the tenant's own, or what runs the container or the platform's own server; volumes are mounted before either. */
export const userDataOf = (
  workload: NamedWorkload,
  stored: string | undefined,
  mounts: readonly CloudVolume[] = [],
): string | undefined => {
  const own = ownUserData(workload, stored);
  if (mounts.length === 0) return own;
  const mount = mountScript(mounts);
  return own === undefined ? mount : multipart([mount, own]);
};

/**
 * The port of the machine at which a port of its workload is reached: that which a container's is published on. One that
 * is not published, and any port of a machine image, is itself.
 */
export const hostPortOf = (workload: Pick<Workload, 'image' | 'ports'>, port: number): number => {
  const { image, ports } = specOf(workload);
  if (image.kind !== 'container') return port;
  return publishedPorts(ports).find(({ container }) => container === port)?.host ?? port;
};
