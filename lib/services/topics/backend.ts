import type { FanOutMessage } from './message.ts';

/** Where published messages wait for the fan-out worker. */
export interface FanOutQueue {
  /** Returns once the message can no longer be lost. @throws CloudError `UNAVAILABLE` */
  send(message: FanOutMessage, signal: AbortSignal): Promise<void>;
}
