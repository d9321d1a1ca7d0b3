import type { ReceivedMessage } from '../queues/service.ts';

export interface Packs {
  /** Each the messages of one event, in the order of the queue. */
  packs: ReceivedMessage[][];
  /** Those whose event is too long by itself. */
  tooLong: ReceivedMessage[];
  /** Of a FIFO queue: those that have to wait for the ones before. */
  later: ReceivedMessage[];
}

/**
 * Messages as events that a payload can hold. Those of a standard queue become as many as it takes; of a FIFO queue one, as the
 * next may only begin when it has ended.
 * @param bytesOf bytes of the event for some messages
 */
export const packed = (
  messages: readonly ReceivedMessage[],
  {
    fifo,
    maxBytes,
    bytesOf,
  }: { fifo: boolean; maxBytes: number; bytesOf(some: readonly ReceivedMessage[]): number },
): Packs => {
  const packs: ReceivedMessage[][] = [];
  const tooLong: ReceivedMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (bytesOf([message]) > maxBytes) {
      tooLong.push(message);
      // What follows in its group must not overtake it.
      if (fifo) return { packs, tooLong, later: messages.slice(index + 1) };
      continue;
    }
    const last = packs.at(-1);
    if (last && bytesOf([...last, message]) <= maxBytes) last.push(message);
    else if (last && fifo) return { packs, tooLong, later: messages.slice(index) };
    else packs.push([message]);
  }
  return { packs, tooLong, later: [] };
};
