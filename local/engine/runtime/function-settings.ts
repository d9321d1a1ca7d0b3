/** What the engine needs to know of an `AWS::Lambda::Function`. */
export interface FunctionSettings {
  name: string;
  arn: string;
  roleArn: string;
  /** Directory of the bundle. */
  codeDirectory: string;
  /** As in the template, for example `index.handler`. */
  handler: string;
  environment: Record<string, string>;
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Most invocations at a time; undefined for no limit of its own. */
  reservedConcurrency: number | undefined;
  /** Whether Lambda traces it (`TracingConfig`); nothing is traced locally, but the right to is needed. */
  traced: boolean;
  /** Queue or topic for events of asynchronous invocations that failed for good. */
  deadLetterArn: string | undefined;
}

/** What an `AWS::Lambda::EventInvokeConfig` says. */
export interface AsynchronousSettings {
  /** 0 to 2. */
  maximumRetryAttempts: number;
  onFailureArn: string | undefined;
}

/** A function did not do its work: its own error, a crash, a timeout, or no room to run. */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
  /** Lambda's name of the failure, for example `Sandbox.Timedout`. */
  readonly type: string;
  readonly trace: readonly string[];

  constructor(type: string, message: string, trace: readonly string[] = []) {
    super(message);
    this.type = type;
    this.trace = trace;
  }
}
