import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server on this machine that takes webhooks, and answers as it is told: 200 unless a path was given another status. */
export const startReceiver = async () => {
  const received: ReceivedWebhook[] = [];
  const statuses = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(statuses.get(path) ?? 200).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path: string) => `http://127.0.0.1:${port}${path}`,
    answer: (path: string, status: number) => statuses.set(path, status),
    at: (path: string) => received.filter((one) => one.path === path),
    stop: () => new Promise((done) => server.close(done)),
  };
};

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
