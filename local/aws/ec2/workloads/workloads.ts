import type { Server } from 'node:http';
import type { InstanceRecord } from '../store/records.ts';
import { createEchoServer, httpEchoPairs, type PublishedPair } from './http-echo.ts';
import { listenOnOneOf } from './listen.ts';

/** The tag that says on which ports of the laptop an instance serves: `<port>:<container port>,…`. */
export const publishedPortsTag = 'thecloud:published-ports';

interface Served extends PublishedPair {
  /** Of the loopback address. */
  port: number;
}

interface Machine {
  servers: Server[];
  /** Undefined until all of them listen. */
  served?: Served[];
}

/** States in which a machine's servers are up; those of one that boots are opened before it counts as running. */
const servingStates: ReadonlySet<string> = new Set(['pending', 'running']);

const portsOfTag = (text: string | undefined): number[] =>
  (text ?? '').split(',').map((pair) => Number(pair.split(':')[0]));

/**
 * What instances really run on this machine: the platform's HTTP echo, each published host port on the loopback address.
 * A port that is taken here is replaced by a free one, which the instance then keeps as long as it can be had.
 */
export class Workloads {
  readonly #opened: (instanceId: string) => void;
  readonly #report: (problem: string) => void;
  readonly #machines = new Map<string, Machine>();
  #closed = false;

  /** @param opened told once all servers of an instance listen */
  constructor(opened: (instanceId: string) => void, report: (problem: string) => void) {
    this.#opened = opened;
    this.#report = report;
  }

  /** Opens or closes what the instance serves, according to its state. */
  follow(instanceId: string, instance: InstanceRecord | undefined): void {
    const pairs = instance && servingStates.has(instance.state) && httpEchoPairs(instance.userData);
    if (!instance || !pairs) this.#shut(instanceId);
    else if (!this.#machines.has(instanceId) && !this.#closed) void this.#open(instance, pairs);
  }

  /** Whether all that a booting instance has to serve is being served; begins with it where it isn't. */
  isReady(instance: InstanceRecord): boolean {
    this.follow(instance.id, instance);
    const machine = this.#machines.get(instance.id);
    return machine === undefined || machine.served !== undefined;
  }

  /** The instance's tags, with the one that shows its ports. */
  tagged({ id, tags }: InstanceRecord): InstanceRecord['tags'] {
    const served = this.#machines.get(id)?.served;
    if (!served) return tags;
    return {
      ...tags,
      [publishedPortsTag]: served.map(({ port, container }) => `${port}:${container}`).join(','),
    };
  }

  /**
   * The port of the loopback address where an instance serves one of its host ports, as asked for or as shown;
   * undefined where nothing listens.
   */
  portOf(instanceId: string, hostPort: number): number | undefined {
    const served = this.#machines.get(instanceId)?.served;
    const found =
      served?.find(({ host }) => host === hostPort) ?? served?.find(({ port }) => port === hostPort);
    return found?.port;
  }

  close(): void {
    this.#closed = true;
    for (const id of [...this.#machines.keys()]) this.#shut(id);
  }

  async #open(instance: InstanceRecord, pairs: readonly PublishedPair[]): Promise<void> {
    const identity = {
      instanceId: instance.id,
      name: instance.tags.Name ?? '',
      privateAddress: instance.privateAddress,
    };
    const machine: Machine = { servers: pairs.map(() => createEchoServer(identity)) };
    this.#machines.set(instance.id, machine);
    const before = portsOfTag(instance.tags[publishedPortsTag]);
    try {
      const served: Served[] = [];
      for (const [index, pair] of pairs.entries()) {
        const wanted = [before[index], pair.host].filter((port) => port !== undefined && port > 0);
        const port = await listenOnOneOf(machine.servers[index] as Server, wanted as number[]);
        served.push({ ...pair, port });
        if (this.#machines.get(instance.id) !== machine) return this.#end(machine);
      }
      machine.served = served;
      this.#opened(instance.id);
    } catch (error) {
      this.#report(`instance ${instance.id} can't serve its ports: ${error}`);
      machine.served = [];
    }
  }

  #shut(instanceId: string): void {
    const machine = this.#machines.get(instanceId);
    this.#machines.delete(instanceId);
    if (machine) this.#end(machine);
  }

  #end({ servers }: Machine): void {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}
