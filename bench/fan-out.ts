import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAccount } from '../test/support/api-client.ts';
import { freePort, startEngineProcess } from '../test/support/engine-process.ts';
import { eventually } from '../test/support/eventually.ts';
import { median } from './statistics.ts';

export interface FanOutFigures {
  subscribers: number;
  /** Milliseconds from the answer of publish to the first, and to the last webhook. */
  first: number;
  last: number;
  deliveriesPerSecond: number;
}

const rounds = 5;

/** One message to many webhooks on the engine: medians of a few rounds. */
export const measureFanOut = async (subscribers = 100): Promise<FanOutFigures> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cloud-bench-'));
  const arrivals = new Map<string, number[]>();
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    arrivals.set(text, [...(arrivals.get(text) ?? []), Date.now()]);
    response.end();
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const { port } = receiver.address() as AddressInfo;
  process.env.CLOUD_ALLOW_LOOPBACK_TARGETS = '1';
  const engine = await startEngineProcess({ dataDir, port: await freePort() });
  try {
    const { api } = await newAccount(engine.url, 'fan-out');
    const topic = (await api.post<{ id: string }>('/notify/topics', { name: 'bench' })).data.id;
    for (let index = 0; index < subscribers; index++) {
      const endpoint = `http://127.0.0.1:${port}/${index}`;
      await api.post(`/notify/topics/${topic}/subscriptions`, { protocol: 'webhook', endpoint });
    }
    const measured: { first: number; last: number }[] = [];
    for (let round = 0; round <= rounds; round++) {
      const message = `round ${round}`;
      await api.post(`/notify/topics/${topic}/publish`, { message });
      const published = Date.now();
      await eventually(
        'every webhook is called',
        async () => (arrivals.get(message)?.length ?? 0) >= subscribers,
        60_000,
      );
      const times = arrivals.get(message) ?? [];
      // The first round starts the workers.
      if (round > 0)
        measured.push({ first: Math.min(...times) - published, last: Math.max(...times) - published });
    }
    const last = median(measured.map((one) => one.last));
    const first = median(measured.map((one) => one.first));
    return { subscribers, first, last, deliveriesPerSecond: (subscribers * 1_000) / last };
  } finally {
    delete process.env.CLOUD_ALLOW_LOOPBACK_TARGETS;
    receiver.close();
    await engine.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
};
