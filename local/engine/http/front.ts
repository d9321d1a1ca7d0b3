import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { localAccount } from '../account.ts';
import { type Answer, gatewayAnswer, toAnswer } from './answer.ts';
import { type EdgeBehavior, takes } from './edge-behavior.ts';
import { toEvent } from './event.ts';
import type { HttpApi } from './http-api.ts';
import { readBody } from './read-body.ts';
import { requestId as newRequestId } from './request-id.ts';
import type { RestApi } from './rest-api.ts';
import { serveRest } from './serve-rest.ts';
import { withTimeout } from './with-timeout.ts';

/** Lambda takes events up to 6 MB, so a longer body never reaches a function. */
const maxEventBytes = 6 * 1024 * 1024;

export interface FrontOptions {
  api: HttpApi;
  /** The REST APIs by id, and the paths that the edge sends to them. */
  restApis: ReadonlyMap<string, RestApi>;
  behaviors: readonly EdgeBehavior[];
  /** 0 picks a free one. */
  port: number;
  now: () => number;
  /** What CloudFront would add on the way to the origin, for example the secret origin header. */
  edgeHeaders: () => Record<string, string>;
}

/** API Gateway's APIs, and CloudFront before them, on the loopback address. */
export class HttpFront {
  readonly #options: FrontOptions;
  readonly #server: Server;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#server = createServer((message, response) => void this.#serve(message, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Listens, and gives the URL. @throws where the port is taken (`EADDRINUSE`) */
  listen(): Promise<string> {
    return new Promise((done, fail) => {
      this.#server.once('error', fail);
      this.#server.listen(this.#options.port, '127.0.0.1', () => {
        const address = this.#server.address();
        done(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
      });
    });
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(() => done()));
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId();
    const { statusCode, headers, body } = await this.#answer(message, requestId).catch(() =>
      gatewayAnswer(500, 'Internal Server Error'),
    );
    response.writeHead(statusCode, {
      ...headers,
      'content-length': body.length,
      'apigw-requestid': requestId,
    });
    response.end(message.method === 'HEAD' ? undefined : body);
  }

  async #answer(message: IncomingMessage, requestId: string): Promise<Answer> {
    const { api, behaviors, restApis } = this.#options;
    const body = await readBody(message);
    const url = message.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const behavior = behaviors.find((one) => takes(one, path));
    const restApi = behavior && restApis.get(behavior.domainName.split('.')[0] ?? '');
    if (restApi)
      return serveRest({
        api: restApi,
        message,
        body,
        path,
        rawQueryString: mark < 0 ? '' : url.slice(mark + 1),
        edgeHeaders: this.#options.edgeHeaders(),
        stage: behavior.originPath.slice(1),
        requestId,
        now: this.#options.now(),
      });
    if (!body || body.length > maxEventBytes) return gatewayAnswer(413, 'Request Entity Too Large');
    const staged = api.stageOf(path);
    const matched = staged && api.routes.match(message.method ?? 'GET', staged.path);
    const integration = matched && api.integrations.get(matched.route.integrationId);
    if (!staged || !matched || !integration) return gatewayAnswer(404, 'Not Found');
    let event: object;
    try {
      event = toEvent({
        message,
        body,
        path,
        rawQueryString: mark < 0 ? '' : url.slice(mark + 1),
        routeKey: matched.route.routeKey,
        pathParameters: matched.pathParameters,
        edgeHeaders: this.#options.edgeHeaders(),
        apiId: api.id,
        account: localAccount,
        stage: staged.stage,
        stageVariables: api.stages.get(staged.stage)?.variables,
        requestId,
        now: this.#options.now(),
      });
    } catch (error) {
      if (error instanceof URIError) return gatewayAnswer(400, 'Bad Request');
      throw error;
    }
    return withTimeout(
      integration.target.invoke(event).then(toAnswer, () => gatewayAnswer(500, 'Internal Server Error')),
      integration.timeoutMilliseconds,
      () => gatewayAnswer(503, 'Service Unavailable'),
    );
  }
}
