import { ListenerServer, type ListenerServerOptions } from './listener-server.ts';
import { type ProbeRequest, type ProbeResult, probe } from './probe.ts';

/** A listener that is up, or about to be. */
export interface Listening {
  /** @param ports tried in turn before any free one. Answers the one that it is. */
  listen(ports: readonly number[]): Promise<number>;
  close(): void;
}

/** What balancers use of the machine that they run on. */
export interface LocalNetwork {
  open(options: ListenerServerOptions): Listening;
  probe(request: ProbeRequest): Promise<ProbeResult>;
}

/** The loopback address: a server for each listener, and real requests to the targets. */
export const loopback: LocalNetwork = { open: (options) => new ListenerServer(options), probe };
