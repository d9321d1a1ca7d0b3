import { createServer, type Server } from 'node:http';
import type { Cloud } from '../cloud.ts';
import type { StandIns } from '../stand-ins.ts';
import { type ControlRequest, runControl } from './controls.ts';

const readRequest = (text: string): ControlRequest => {
  const { control, arguments: list = [], options = {} } = JSON.parse(text);
  return { control: String(control), arguments: list, options };
};

/** The local controls over loopback HTTP: POST a `ControlRequest`, answered by `{"output": …}` or `{"error": …}`. */
export class ControlServer {
  readonly #server: Server;

  constructor(cloud: Cloud, standIns: StandIns) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      const answer = (status: number, value: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      // No web page can send this content type without asking first, and none is answered.
      if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
        answer(404, { error: 'POST a control as application/json' });
        return;
      }
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        Promise.resolve()
          .then(() => runControl(readRequest(Buffer.concat(chunks).toString()), cloud, standIns))
          .then(
            (output) => answer(200, { output }),
            (error: unknown) =>
              answer(400, { error: error instanceof Error ? error.message : String(error) }),
          );
      });
    });
  }

  listen(): Promise<string> {
    return new Promise((done, fail) => {
      this.#server.once('error', fail);
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        done(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
      });
    });
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(() => done()));
  }
}
