import type { DatabaseSync } from 'node:sqlite';
import type { Timers } from '../clock.ts';

/** Who makes a call: the credentials a function, an operator's command or a test was given. */
export interface Caller {
  /** Account whose resources the call works on, twelve digits. */
  account: string;
  region: string;
  /** ARN of the role or user. */
  arn: string;
}

/** An error as an AWS service answers it; the caller's SDK throws it with this name, code and status. */
export class AwsError extends Error {
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.name = code;
    this.statusCode = statusCode;
  }
}

/** What every stand-in is given. */
export interface StandInContext {
  timers: Timers;
  /** The stand-ins' common database; a stand-in prefixes its tables with its own name. */
  database: DatabaseSync;
  /**
   * `roomy`: no throttling, wide account limits, all visible at once. `default`: AWS's own request budgets, account
   * limits and delayed visibility.
   */
  limits: 'roomy' | 'default';
  /** Puts an event on the account's default bus. */
  emit(event: { source: string; detailType: string; detail: unknown; resources: string[] }): Promise<void>;
}

/** One AWS action: the SDK's own input and output types, no wire format. */
export type Action<Input, Output> = (input: Input, caller: Caller) => Output | Promise<Output>;

/** A service that the engine answers itself. `actions` is keyed by SDK command name, for example `RunInstancesCommand`. */
export interface StandIn {
  /** The SDK's client name, for example `EC2Client`. */
  client: string;
  // biome-ignore lint/suspicious/noExplicitAny: every action has its own input and output types
  actions: Record<string, Action<any, any>>;
  close?(): void;
}
