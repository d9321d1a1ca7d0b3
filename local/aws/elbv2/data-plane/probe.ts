import { request } from 'node:http';

/** How a health check went: a status code, or why there was none. */
export type ProbeResult = { status: number } | { failure: 'timeout' | 'connection' };

export interface ProbeRequest {
  /** Of 127.0.0.1. */
  port: number;
  path: string;
  timeoutMilliseconds: number;
  signal: AbortSignal;
}

/** One HTTP GET on a connection of its own, as ELB makes it; what the answer's body holds doesn't matter. */
export const probe = ({ port, path, timeoutMilliseconds, signal }: ProbeRequest): Promise<ProbeResult> =>
  new Promise((done) => {
    let timedOut = false;
    const probing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        agent: false,
        signal,
        headers: { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      },
      (response) => {
        clearTimeout(timer);
        done({ status: response.statusCode ?? 0 });
        response.on('error', () => {}).destroy();
      },
    );
    const timer = setTimeout(() => {
      timedOut = true;
      probing.destroy();
    }, timeoutMilliseconds);
    probing.on('error', () => {
      clearTimeout(timer);
      done({ failure: timedOut ? 'timeout' : 'connection' });
    });
    probing.end();
  });
