import type { Model, RuntimeName } from './runtimes.ts';

/** A function's code, as its archive is kept: written once, under the hash of what it is. */
export interface CodeRef {
  tenant: string;
  functionId: string;
  /** Base64. */
  sha256: string;
}

/** Where archives are kept. Every method is safe to repeat. */
export interface CodeStore {
  /** Puts an archive where it is kept for a fortnight: until a record refers to it, nobody else will clear it away. */
  putIncoming(ref: CodeRef, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
}

/** All that Lambda is told of a function. */
export interface HostedFunction extends CodeRef {
  name: string;
  runtime: RuntimeName;
  model: Model;
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Readonly<Record<string, string>>;
}

/** What there is of a function. */
export interface ObservedFunction {
  state: 'pending' | 'active' | 'failed';
  /** Whether a change of it is still under way, or has failed. */
  update: 'done' | 'under way' | 'failed';
  reason?: string;
  sha256: string;
  /** What `settingsOf` gives of the function as it is. */
  settings: string;
}

/** Where functions live. Every method is safe to repeat, and throws `BackendError` alone on purpose. */
export interface FunctionHost {
  observe(functionId: string, signal: AbortSignal): Promise<ObservedFunction | undefined>;
  /** Everything of a function but its code, as one text that two equal ones share. */
  settingsOf(wanted: HostedFunction): string;
  create(wanted: HostedFunction, signal: AbortSignal): Promise<void>;
  updateCode(wanted: HostedFunction, signal: AbortSignal): Promise<void>;
  configure(wanted: HostedFunction, signal: AbortSignal): Promise<void>;
  delete(functionId: string, signal: AbortSignal): Promise<void>;
  deleteCodes(refs: readonly CodeRef[], signal: AbortSignal): Promise<void>;
}

/** How user code ended. */
export interface Ran {
  /** 0: well. `timedOutCode`: it ran too long. */
  statusCode: number;
  logs: string;
  /** JSON, of a plain handler that ended well. */
  result?: string;
}

/** Running a function once. @throws BackendError where it was not, or nobody knows, the user's code that failed */
export interface Invoker {
  invoke(
    target: { functionId: string; model: Model },
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<Ran>;
}
