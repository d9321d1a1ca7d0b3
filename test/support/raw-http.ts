import { request } from 'node:http';

export interface RawHttpAnswer {
  status: number;
  /** By lower-case name, each with all its values. */
  headers: Record<string, string[]>;
  body: Buffer;
}

/** One request as it is given, path and repeated headers untouched: `fetch` would rewrite both. */
export const sendRaw = (
  origin: string,
  options: { method?: string; path: string; headers?: readonly string[]; body?: Uint8Array | string },
): Promise<RawHttpAnswer> =>
  new Promise((done, fail) => {
    const { hostname, port, host } = new URL(origin);
    const sent = request({
      hostname,
      port,
      method: options.method ?? 'GET',
      path: options.path,
      headers: ['Host', host, ...(options.headers ?? [])],
    });
    sent.on('error', fail);
    sent.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const headers: Record<string, string[]> = {};
      for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) {
        const name = (response.rawHeaders[i] as string).toLowerCase();
        headers[name] = [...(headers[name] ?? []), response.rawHeaders[i + 1] as string];
      }
      done({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
    });
    sent.end(options.body);
  });
