import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type FunctionSettings, InvocationError } from './function-settings.ts';
import type { FromThread, FunctionError, InvocationContext, Invoke, ThreadData } from './protocol.ts';

/** Lambda gives a function's code ten seconds to load.
 *  https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
const initMilliseconds = 10_000;

/** V8 would take 48 MB for each of a dozen threads that do little. */
const youngGenerationMegabytes = 8;

interface Waiting {
  done(payload: string): void;
  fail(error: InvocationError): void;
}

const toError = ({ errorType, errorMessage, trace }: FunctionError): InvocationError =>
  new InvocationError(errorType, errorMessage, trace);

const moduleOf = (settings: FunctionSettings): ThreadData['module'] => {
  const file = settings.handler.slice(0, settings.handler.lastIndexOf('.'));
  return pathToFileURL(join(settings.codeDirectory, `${file}.mjs`)).href;
};

/** One execution environment: a worker thread with the function loaded into it. */
export class FunctionThread {
  /** Invocations that have not ended. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #nextId = 0;
  /** True once the thread must take no further invocation. */
  retired = false;

  constructor(
    settings: FunctionSettings,
    options: {
      environment: Record<string, string>;
      clock: Float64Array | undefined;
      thread: URL;
      /** A file, or who is told, of what the function prints. */
      output: string | ((chunk: Buffer) => void);
    },
  ) {
    const { output } = options;
    const data: ThreadData = {
      module: moduleOf(settings),
      handlerName: settings.handler.slice(settings.handler.lastIndexOf('.') + 1),
      log: typeof output === 'string' ? output : undefined,
      clock: options.clock,
    };
    this.#worker = new Worker(options.thread, {
      workerData: data,
      env: options.environment,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: settings.memoryMegabytes,
        maxYoungGenerationSizeMb: youngGenerationMegabytes,
      },
    });
    if (typeof output !== 'string')
      for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.on('data', output);
    this.#ready = this.#start();
    this.#ready.catch(() => undefined);
  }

  get busy(): number {
    return this.#waiting.size;
  }

  /** Waits until the function's code is loaded. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** The answer's JSON. @throws InvocationError */
  async invoke(event: string, context: InvocationContext, timeoutMilliseconds: number): Promise<string> {
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    const outcome = new Promise<string>((done, fail) => {
      this.#waiting.set(id, { done, fail });
    });
    outcome.catch(() => undefined);
    try {
      await this.#ready;
      timer = setTimeout(() => this.#timeOut(id, context, timeoutMilliseconds), timeoutMilliseconds);
      this.#worker.postMessage({ id, event, context, timeoutMilliseconds } satisfies Invoke);
      return await outcome;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
      this.#endIfDone();
    }
  }

  /** Takes no further invocations, and ends after those under way. */
  retire(): void {
    this.retired = true;
    this.#endIfDone();
  }

  async stop(): Promise<void> {
    this.retired = true;
    await this.#worker.terminate();
  }

  #start(): Promise<void> {
    return new Promise((done, fail) => {
      const late = setTimeout(
        () =>
          this.#die(new InvocationError('Runtime.InitTimeout', 'the function took too long to load'), fail),
        initMilliseconds,
      );
      this.#worker.on('message', (message: FromThread) => {
        clearTimeout(late);
        if (message.kind === 'ready') done();
        else if (message.kind === 'failed') this.#die(toError(message.error), fail);
        else if (message.kind === 'result') this.#waiting.get(message.id)?.done(message.payload);
        else this.#waiting.get(message.id)?.fail(toError(message.error));
      });
      this.#worker.on('error', (error: Error) => {
        clearTimeout(late);
        this.#die(new InvocationError('Runtime.ExitError', error.message, error.stack?.split('\n')), fail);
      });
      this.#worker.on('exit', (code) => {
        clearTimeout(late);
        this.#die(
          new InvocationError('Runtime.ExitError', `the function’s thread ended with code ${code}`),
          fail,
        );
      });
    });
  }

  #die(error: InvocationError, failStart: (error: InvocationError) => void): void {
    failStart(error);
    for (const waiting of this.#waiting.values()) waiting.fail(error);
    this.retire();
  }

  /** Lambda would kill the environment; other invocations that share this thread are let finish first. */
  #timeOut(id: number, context: InvocationContext, milliseconds: number): void {
    this.retired = true;
    this.#waiting
      .get(id)
      ?.fail(
        new InvocationError(
          'Sandbox.Timedout',
          `RequestId: ${context.awsRequestId} Error: Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`,
        ),
      );
  }

  #endIfDone(): void {
    if (this.retired && this.#waiting.size === 0) void this.#worker.terminate();
  }
}
