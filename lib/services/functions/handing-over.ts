/** What an event source needs of functions, to hand batches of messages over to them. */
export { type BatchOutcome, type HeldBatch, type HeldBatches, holdSeconds } from './held-batch.ts';
export type { SendTask } from './invocation-task.ts';
export type { Invocations } from './invocations.ts';
export { maxPayloadBytes } from './limits.ts';
export { type FunctionRecord, isReady } from './record.ts';
export { accepted, brokenOff } from './running.ts';
