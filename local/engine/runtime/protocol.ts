/** What the engine tells a function's thread when it starts. */
export interface ThreadData {
  /** URL of the module that exports the handler. */
  module: string;
  /** Name of the exported handler function. */
  handlerName: string;
  /** File that takes what the function prints; undefined: it goes to the streams of the worker. */
  log: string | undefined;
  /** Where set, the time that `Date` shows in the thread: element 0, in milliseconds; the engine moves it. */
  clock: Float64Array | undefined;
}

/** The part of Lambda's context object that is data. */
export interface InvocationContext {
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
}

export interface Invoke {
  id: number;
  /** The event as JSON, as Lambda hands it over. */
  event: string;
  context: InvocationContext;
  timeoutMilliseconds: number;
}

/** Shape in which Lambda reports a function's error. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type FromThread =
  | { kind: 'ready' }
  | { kind: 'failed'; error: FunctionError }
  | { kind: 'result'; id: number; payload: string }
  | { kind: 'error'; id: number; error: FunctionError };
