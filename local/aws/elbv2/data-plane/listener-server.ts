import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ProxyServer } from 'http-proxy-3';
import { listenOnOneOf } from '../../ec2/workloads/listen.ts';

/** Where a request goes. */
export interface Route {
  /** Of 127.0.0.1. */
  port: number;
  /** Counts the request as under way until the answer is called; `abort` cuts it off. */
  begin(abort: () => void): () => void;
  /** The target could not be reached, or broke off. */
  failed(): void;
}

export interface ListenerServerOptions {
  /** The listener's own port and protocol, for `X-Forwarded-Port` and `-Proto`. */
  port: number;
  protocol: 'HTTP' | 'HTTPS';
  /** Undefined where no target can take a request. */
  route(): Route | undefined;
  idleMilliseconds(): number;
}

/** ELB's own answers. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const reasons = {
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
} as const;
type OwnStatus = keyof typeof reasons;

const bodyOf = (status: OwnStatus): string =>
  `<html>\r\n<head><title>${status} ${reasons[status]}</title></head>\r\n<body>\r\n<center><h1>${status} ${reasons[status]}</h1></center>\r\n</body>\r\n</html>\r\n`;

const answer = (response: ServerResponse, status: OwnStatus): void => {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = bodyOf(status);
  response
    .writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(body) })
    .end(body);
};

const answerSocket = (socket: Duplex, status: OwnStatus): void => {
  const body = bodyOf(status);
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: text/html\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
};

/** One listener: a reverse proxy on a port of the loopback address. */
export class ListenerServer {
  readonly #options: ListenerServerOptions;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #proxy = new ProxyServer({ agent: this.#agent, toProxy: true, prependPath: false });
  readonly #upgraded = new Set<Duplex>();

  constructor(options: ListenerServerOptions) {
    this.#options = options;
    // A body may take as long as it likes, as long as something moves.
    this.#server = createServer(
      { requestTimeout: 0, keepAliveTimeout: options.idleMilliseconds() },
      (request, response) => this.#forward(request, response),
    );
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    // Told here of errors of the client's own connection, and throws them where nobody listens.
    this.#proxy.on('error', (_error, _request, response) => response.destroy());
    // The library pipes an answer on, but a pipe doesn't end with a source that breaks off.
    this.#proxy.on('proxyRes', (answered, _, response) =>
      answered.on('close', () => answered.complete || response.destroy()),
    );
  }

  /** @param ports tried in turn before any free one. Answers the one that it is. */
  listen(ports: readonly number[]): Promise<number> {
    return listenOnOneOf(this.#server, ports);
  }

  /** At once: what is under way is cut off. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    this.#agent.destroy();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const route = this.#options.route();
    if (!route) {
      answer(response, 503);
      return;
    }
    const done = route.begin(() => response.destroy());
    response.on('close', done);
    this.#addForwarded(request);
    const idle = this.#options.idleMilliseconds();
    const began = performance.now();
    this.#proxy.web(
      request,
      response,
      { target: { host: '127.0.0.1', port: route.port }, proxyTimeout: idle },
      (error) => {
        // The client has gone away; that says nothing of the target.
        if (request.socket.destroyed) return;
        const isTimeout =
          (error as NodeJS.ErrnoException).code === 'ECONNRESET' && performance.now() - began >= idle;
        if (!isTimeout) route.failed();
        answer(response, isTimeout ? 504 : 502);
      },
    );
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Nobody but us listens to the socket where no target takes the request.
    socket.on('error', () => socket.destroy());
    const route = this.#options.route();
    if (!route) {
      answerSocket(socket, 503);
      return;
    }
    const done = route.begin(() => socket.destroy());
    this.#upgraded.add(socket);
    socket.on('close', () => {
      done();
      this.#upgraded.delete(socket);
    });
    this.#addForwarded(request);
    this.#proxy.ws(request, socket, head, { target: { host: '127.0.0.1', port: route.port } }, () => {
      if (socket.destroyed) return;
      route.failed();
      answerSocket(socket, 502);
    });
  }

  #addForwarded({ headers, socket }: IncomingMessage): void {
    const before = headers['x-forwarded-for'];
    const remote = (socket as Socket).remoteAddress ?? '';
    headers['x-forwarded-for'] = before === undefined ? remote : `${[before].flat().join(', ')}, ${remote}`;
    headers['x-forwarded-proto'] = this.#options.protocol.toLowerCase();
    headers['x-forwarded-port'] = String(this.#options.port);
  }
}
