import type { Letter } from './letter.ts';

export interface RedriveOptions {
  /** At most so many; left out, all that were there when it began. */
  max?: number;
  /** Only says what would be done. */
  dryRun: boolean;
  /** Messages in a second at most, for what has AWS behind it. */
  perSecond: number;
  /** Aborted by the operator: what is under way is finished, nothing new is begun. */
  signal: AbortSignal;
  /** Told of each step. */
  progress(done: number, total: number): void;
}

export interface Redriven {
  done: number;
  /** Those that could not be handed on; they lie where they lay. */
  failed: { id: string; error: string }[];
}

/** A place where what failed for good lies: a queue's dead-letter queue, or the bucket of a reader of the table's stream. */
export interface DeadLetters {
  /** As the operator names it: `reconcile-ec2`, `events`, `stream-outbox`. */
  name: string;
  /** Its physical name. */
  lies: string;
  /** How many there are, about, and when the oldest of those that were looked at was sent. */
  count(): Promise<{ count: number; oldest?: string }>;
  /** Shows some, and leaves them where they are. */
  peek(max: number): Promise<Letter[]>;
  /** Hands them to what they were meant for. Each is handed on before it is taken away, so none is ever lost. */
  redrive(options: RedriveOptions): Promise<Redriven>;
  /** Takes all away. */
  purge(): Promise<void>;
}
