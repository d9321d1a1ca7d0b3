import { randomUUID } from 'node:crypto';
import { type AsynchronousSettings, type FunctionSettings, InvocationError } from './function-settings.ts';
import { FunctionThread } from './function-thread.ts';
import type { InvocationContext } from './protocol.ts';

/** Lambda refuses a synchronous answer above this.
 *  https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxPayloadBytes = 6 * 1024 * 1024;

export interface FunctionHost {
  /** The thread's whole environment. */
  environment(settings: FunctionSettings): Record<string, string>;
  clock: Float64Array | undefined;
  /** URL of the module that a thread starts with. */
  thread: URL;
  /** File that takes what the function prints. */
  log(name: string): string;
  /** An invocation that failed. */
  failed(name: string, error: InvocationError): void;
  /** An invocation is about to begin. */
  starting(): void;
  /** An invocation ended, well or not. */
  ended(): void;
}

/**
 * A Lambda function in a worker thread, started by its first invocation. Unlike on AWS, one thread takes concurrent
 * invocations; a thread that timed out, crashed or could not load is replaced.
 */
export class LambdaFunction {
  readonly settings: FunctionSettings;
  /** How asynchronous invocations are retried, and where they go that failed for good. */
  asynchronous: AsynchronousSettings = { maximumRetryAttempts: 2, onFailureArn: undefined };
  readonly #host: FunctionHost;
  #thread: FunctionThread | undefined;
  readonly #old = new Set<FunctionThread>();
  #running = 0;

  constructor(settings: FunctionSettings, host: FunctionHost) {
    this.settings = settings;
    this.#host = host;
  }

  /** Loads the function before anybody asks for it. A failure shows at the first invocation. */
  async warm(): Promise<void> {
    await this.#current().ready.catch(() => undefined);
  }

  /**
   * Invokes the function and gives its answer.
   *
   * @throws InvocationError also where the reserved concurrency is used up (`TooManyRequestsException`)
   */
  async invoke(event: unknown): Promise<unknown> {
    const { name, reservedConcurrency, timeoutSeconds } = this.settings;
    if (reservedConcurrency !== undefined && this.#running >= reservedConcurrency)
      throw new InvocationError('TooManyRequestsException', `${name}: reserved concurrency is used up`);
    this.#running += 1;
    this.#host.starting();
    try {
      const payload = await this.#current().invoke(
        JSON.stringify(event),
        this.#context(),
        timeoutSeconds * 1000,
      );
      if (Buffer.byteLength(payload) > maxPayloadBytes)
        throw new InvocationError('Function.ResponseSizeTooLarge', `${name}: the answer exceeds 6 MB`);
      return JSON.parse(payload);
    } catch (error) {
      if (error instanceof InvocationError) this.#host.failed(name, error);
      throw error;
    } finally {
      this.#running -= 1;
      this.#host.ended();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#old, ...(this.#thread ? [this.#thread] : [])].map((thread) => thread.stop()));
  }

  #current(): FunctionThread {
    if (this.#thread && !this.#thread.retired) return this.#thread;
    if (this.#thread) this.#old.add(this.#thread);
    for (const thread of this.#old) if (thread.busy === 0) this.#old.delete(thread);
    this.#thread = new FunctionThread(this.settings, {
      environment: this.#host.environment(this.settings),
      clock: this.#host.clock,
      thread: this.#host.thread,
      output: this.#host.log(this.settings.name),
    });
    return this.#thread;
  }

  #context(): InvocationContext {
    const { name, arn, memoryMegabytes } = this.settings;
    return {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMegabytes),
      awsRequestId: randomUUID(),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
    };
  }
}
