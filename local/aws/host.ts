import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConditionContext } from '../iam/request.ts';
import type { Use } from '../iam/usage.ts';
import { serviceOf } from './services.ts';
import { AwsError, type Caller, type StandIn } from './stand-in.ts';
import { contentType, decode, encode } from './wire/codec.ts';
import { paths, type WireAnswer, type WireCall } from './wire/protocol.ts';

export interface StandInHostOptions {
  standIns: readonly StandIn[];
  /** Whose access key it is; undefined for one that nobody was given, or that has expired. */
  identify(accessKeyId: string, region: string): Caller | undefined;
  /**
   * Called before each action, for callers whose policies are not evaluated where the call is made, such as the holder
   * of an assumed role's credentials.
   *
   * @throws AwsError where the caller may not
   */
  authorize?(call: WireCall, caller: Caller): void | Promise<void>;
  /** The condition keys that a resource knows of itself, in lower case, for example `aws:resourcetag/tenant`. */
  resourceKeys?(resource: string, caller: Caller): ConditionContext;
  /** Told of what went wrong inside of a stand-in; the caller gets a plain InternalFailure. */
  failed?(error: unknown, call: WireCall): void;
}

/** The server through which functions reach the stand-ins. */
export interface StandInHost {
  /** Where it listens, for `CLOUD_LOCAL_HOST`. */
  url: string;
  /** All grants that were used so far. */
  uses(): Use[];
  /** Notes grants that were used on behalf of a role, by Lambda itself for example. */
  note(uses: readonly Use[]): void;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return decode(Buffer.concat(chunks));
};

const reply = (response: ServerResponse, value: unknown): void => {
  const body = encode(value);
  response.writeHead(200, { 'content-type': contentType, 'content-length': body.length }).end(body);
};

const unknownKey = (client: string): AwsError => {
  const { name, statusCode } = serviceOf(client).unknownKey;
  return new AwsError(name, 'The security token included in the request is invalid.', statusCode);
};

/**
 * Starts the host on a free port of the loopback address. Requests need the codec's content type, which no web page can
 * send without asking first.
 */
export const createStandInHost = async (options: StandInHostOptions): Promise<StandInHost> => {
  const standIns = new Map(options.standIns.map((standIn) => [standIn.client, standIn]));
  const used = new Map<string, Use>();
  const note = (uses: readonly Use[]) => {
    for (const use of uses) used.set(JSON.stringify(use), use);
  };
  const reportFailure =
    options.failed ?? ((error, call) => process.stderr.write(`${call.client} ${call.command}: ${error}\n`));

  const perform = async (call: WireCall): Promise<unknown> => {
    const action = standIns.get(call.client)?.actions[call.command];
    const operation = call.command.replace(/Command$/, '');
    if (!action)
      throw new AwsError('InvalidAction', `The local engine has no ${operation} of ${call.client}.`);
    const caller = options.identify(call.accessKeyId, call.region);
    if (!caller) throw unknownKey(call.client);
    await options.authorize?.(call, caller);
    return (await action(call.input, caller)) ?? {};
  };

  const answer = async (call: WireCall): Promise<WireAnswer> => {
    const requestId = randomUUID();
    try {
      return { requestId, output: await perform(call) };
    } catch (error) {
      if (error instanceof AwsError) {
        const { name, message, statusCode } = error;
        return { requestId, error: { name, message, statusCode } };
      }
      reportFailure(error, call);
      const message = 'The request processing has failed because of an unknown error, exception or failure.';
      return { requestId, error: { name: 'InternalFailure', message, statusCode: 500 } };
    }
  };

  const resourceKeys = (query: {
    resource: string;
    accessKeyId: string;
    region: string;
  }): ConditionContext => {
    const caller = options.identify(query.accessKeyId, query.region);
    return (caller && options.resourceKeys?.(query.resource, caller)) ?? {};
  };

  const handlers: Record<string, (body: unknown) => unknown> = {
    [paths.call]: (body) => answer(body as WireCall),
    [paths.used]: (body) => note(body as Use[]),
    [paths.clients]: () => [...standIns.keys()],
    [paths.resourceKeys]: (body) => resourceKeys(body as Parameters<typeof resourceKeys>[0]),
  };

  const server = createServer((request, response) => {
    const handler = handlers[request.url ?? ''];
    const trusted =
      request.headers['content-type'] === contentType && request.headers.host?.startsWith('127.0.0.1:');
    if (request.method !== 'POST' || !handler || !trusted) {
      response.writeHead(404).end();
      return;
    }
    bodyOf(request)
      .then(handler)
      .then((value) => reply(response, value))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    uses: () => [...used.values()],
    note,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
