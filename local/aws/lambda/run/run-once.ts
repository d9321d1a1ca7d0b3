import { rm } from 'node:fs/promises';
import type { LambdaRecord } from '../store.ts';
import { runHandler } from './handler.ts';
import { runAsProcess } from './process-model.ts';

export interface Run {
  record: LambdaRecord;
  event: unknown;
  requestId: string;
  /** Of the unpacked code. */
  folder: string;
  /** Empty, and this invocation's own. */
  scratch: string;
}

/** What an invocation comes to: the answer, whether it is an error, and what was written to the log. */
export interface Outcome {
  payload: string;
  error?: 'Unhandled' | 'Handled';
  output: Buffer;
}

/** An answer as Lambda words a failure of the runtime. */
export const failure = (errorType: string, errorMessage: string, output: Buffer): Outcome => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  error: 'Unhandled',
  output,
});

/** Runs a function once, in a process of its own; the scratch folder goes with it. */
export const runOnce = async (run: Run): Promise<Outcome> => {
  try {
    const asProcess = run.record.variables.AWS_LAMBDA_EXEC_WRAPPER !== undefined;
    return await (asProcess ? runAsProcess(run) : runHandler(run));
  } finally {
    await rm(run.scratch, { recursive: true, force: true });
  }
};
