import { AsyncLocalStorage } from 'node:async_hooks';

/** A process that may die: one execution of a function, with the clock of the machine that it runs on. */
export interface Process {
  name: string;
  /** Milliseconds that its clock is wrong by. */
  skew: number;
  alive: boolean;
  /** Told when it dies. */
  onDeath: (() => void) | undefined;
}

const storage = new AsyncLocalStorage<Process>();

export const currentProcess = (): Process | undefined => storage.getStore();

export const runIn = <T>(process: Process, work: () => T): T => storage.run(process, work);

/** Runs what belongs to nobody: the world around the processes. */
export const runOutside = <T>(work: () => T): T => storage.exit(work);

/** Ends a process where it stands: nothing in it ever goes on. What it has sent already is under way. */
export const kill = (process: Process): void => {
  if (!process.alive) return;
  process.alive = false;
  process.onDeath?.();
};

/** Settles only for a process that lives; the dead never hear the answer. */
export const forTheLiving = <T>(
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> => {
  const process = currentProcess();
  return new Promise<T>((resolve, reject) => {
    start(
      (value) => {
        if (!process || process.alive) resolve(value);
      },
      (error) => {
        if (!process || process.alive) reject(error);
      },
    );
  });
};
