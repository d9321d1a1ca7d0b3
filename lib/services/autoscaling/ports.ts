import { formatPorts, parsePorts } from '../instances/service.ts';

/** The port that targets have where a group names none: contract section 5. */
const defaultPort = 80;

/** A group's `ports` with every host port left to the machine: contract section 5. */
export const launchPorts = (ports: string | undefined): string | undefined =>
  ports === undefined ? undefined : formatPorts(parsePorts(ports).map((pair) => ({ ...pair, host: 0 })));

/** The port of the workload that the load balancer sends requests to: the first that it has. */
export const targetPort = (ports: string | undefined): number =>
  (ports === undefined ? [] : parsePorts(ports)).find(({ container }) => container > 0)?.container ??
  defaultPort;
