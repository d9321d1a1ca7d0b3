import { openSync, writeFileSync } from 'node:fs';

/**
 * Has everything that this thread prints go straight into a file, in one write each, so that no line waits for the engine's own
 * thread or is lost with this one.
 */
export const printInto = (file: string): void => {
  const log = openSync(file, 'a');
  const write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | ((error?: Error) => void),
    done?: (error?: Error) => void,
  ): boolean => {
    writeFileSync(log, chunk, typeof encoding === 'string' ? encoding : undefined);
    const told = typeof encoding === 'function' ? encoding : done;
    if (told) queueMicrotask(told);
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
};
