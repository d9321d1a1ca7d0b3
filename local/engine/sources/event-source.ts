/** Something that feeds a function until it is stopped. */
export interface EventSource {
  start(): void;
  /** Takes nothing new, and waits for what is under way. */
  stop(): Promise<void>;
}
