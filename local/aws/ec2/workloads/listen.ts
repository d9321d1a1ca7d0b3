import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const tryPort = (server: Server, port: number): Promise<boolean> =>
  new Promise((done, fail) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') done(false);
      else fail(error);
    };
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      done(true);
    });
  });

/**
 * Lets a server listen on the first of some ports of the loopback address that can be had, or else on any free one.
 * Answers which one it is.
 */
export const listenOnOneOf = async (server: Server, ports: readonly number[]): Promise<number> => {
  for (const port of new Set([...ports, 0])) if (await tryPort(server, port)) break;
  return (server.address() as AddressInfo).port;
};
