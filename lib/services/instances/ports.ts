import { CloudError } from '../../platform/errors/index.ts';

/** One pair of a `ports` string. `host` 0: any free port. `container` 0: nothing listens, the pair publishes nothing. */
export interface PortMapping {
  host: number;
  container: number;
}

/** Contract 1.3: more than ten pairs are `TOO_MANY_PORTS`. */
const maxMappings = 10;
const maxPort = 65_535;

const port = (text: string, pair: string): number => {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= maxPort) return number;
  throw new CloudError(
    'INVALID_PORT_FORMAT',
    `ports: "${pair}" is not host:container with both between 0 and ${maxPort}`,
    { issues: [{ path: 'ports', message: 'expected host:container pairs, separated by commas' }] },
  );
};

/**
 * Reads a `ports` string: comma-separated `host:container` pairs (contract 2.3). Blanks around a pair are allowed.
 * @throws CloudError `INVALID_PORT_FORMAT`, `TOO_MANY_PORTS`
 */
export const parsePorts = (text: string): PortMapping[] => {
  const pairs = text.split(',').map((pair) => pair.trim());
  if (pairs.length > maxMappings) {
    throw new CloudError('TOO_MANY_PORTS', `ports: at most ${maxMappings} pairs, not ${pairs.length}`, {
      issues: [{ path: 'ports', message: `at most ${maxMappings} pairs` }],
    });
  }
  return pairs.map((pair) => {
    const [host = '', container = '', ...rest] = pair.split(':');
    if (rest.length > 0) return { host: port('', pair), container: 0 };
    return { host: port(host, pair), container: port(container, pair) };
  });
};

/** The `ports` string of the given pairs, as the contract writes it. */
export const formatPorts = (mappings: readonly PortMapping[]): string =>
  mappings.map(({ host, container }) => `${host}:${container}`).join(',');

/**
 * The pairs that a machine of its own really publishes: each host port 0 becomes the container's own port, or else the
 * next free one; pairs whose host port repeats an earlier one, or whose container port is 0, are left out.
 * The same pairs always give the same answer.
 */
export const publishedPorts = (mappings: readonly PortMapping[]): PortMapping[] => {
  const asked = new Set(mappings.map(({ host }) => host));
  const taken = new Set<number>();
  const published: PortMapping[] = [];
  for (const { host, container } of mappings) {
    if (container === 0 || taken.has(host)) continue;
    let free = host || container;
    while (host === 0 && (taken.has(free) || asked.has(free))) free = (free % maxPort) + 1;
    if (taken.has(free)) continue;
    taken.add(free);
    published.push({ host: free, container });
  }
  return published;
};
