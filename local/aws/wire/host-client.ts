import { Agent, request } from 'node:http';
import type { ConditionContext } from '../../iam/request.ts';
import type { Use } from '../../iam/usage.ts';
import { contentType, decode, encode } from './codec.ts';
import { paths, type WireAnswer, type WireCall } from './protocol.ts';

const idleMilliseconds = 4_000;

/** The function's end of the line to the stand-ins. Connections are kept open and do not keep the process alive. */
export class HostClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, timeout: idleMilliseconds });
  #clients: Promise<ReadonlySet<string>> | undefined;

  /** @param url where the host listens, for example `http://127.0.0.1:40123` */
  constructor(url: string) {
    this.#url = url;
  }

  async has(client: string): Promise<boolean> {
    this.#clients ??= this.#post(paths.clients, undefined).then(
      (names) => new Set(names as string[]),
      (error: unknown) => {
        this.#clients = undefined;
        throw error;
      },
    );
    return (await this.#clients).has(client);
  }

  call(call: WireCall): Promise<WireAnswer> {
    return this.#post(paths.call, call) as Promise<WireAnswer>;
  }

  async report(uses: readonly Use[]): Promise<void> {
    await this.#post(paths.used, uses);
  }

  resourceKeys(resource: string, accessKeyId: string, region: string): Promise<ConditionContext> {
    return this.#post(paths.resourceKeys, { resource, accessKeyId, region }) as Promise<ConditionContext>;
  }

  #post(path: string, value: unknown): Promise<unknown> {
    const body = encode(value);
    return new Promise((done, fail) => {
      const post = request(
        new URL(path, this.#url),
        {
          method: 'POST',
          agent: this.#agent,
          headers: { 'content-type': contentType, 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            if (response.statusCode === 200) done(decode(bytes));
            else fail(new Error(`the stand-ins' host answered ${response.statusCode}: ${bytes.toString()}`));
          });
        },
      );
      post.on('error', fail);
      post.end(body);
    });
  }
}
