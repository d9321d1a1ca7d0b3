import { request as httpsRequest } from 'node:https';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The body as it came. */
  bytes: Buffer;
}

/**
 * One HTTPS request to a server on this machine whose certificate is its own.
 * @param options.body JSON, or bytes that go as they are
 * @param options.host the `Host` that the server is to see, where it is not the one in the URL
 */
export const request = (
  url: string,
  options: {
    certificate: string;
    host?: string;
    method?: string;
    headers?: Record<string, string>;
    body?: unknown;
  },
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { body: given } = options;
    const body = given === undefined || given instanceof Uint8Array ? given : JSON.stringify(given);
    const sent = httpsRequest(
      url,
      {
        ca: options.certificate,
        servername: 'localhost',
        method: options.method ?? 'GET',
        headers: {
          ...(options.host ? { host: options.host } : {}),
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...options.headers,
        },
        timeout: 60_000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: bytes.toString('utf8'), bytes });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${url} did not answer within a minute`)));
    sent.on('error', reject);
    sent.end(body);
  });
