import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { currentProcess } from './process.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What the globals of this thread follow while a run is under way. */
export interface Ambient {
  scheduler: Scheduler;
  random: Random;
}

let ambient: Ambient | undefined;

/** Lets time and chance come from a run, or from nowhere: then both throw, as nothing may depend on them. */
export const follow = (next: Ambient | undefined): void => {
  ambient = next;
};

const current = (): Ambient => {
  if (!ambient) throw new Error('time and chance were asked for outside of a run');
  return ambient;
};

/** The time on the clock of whoever asks. */
const nowHere = (): number => current().scheduler.now() + (currentProcess()?.skew ?? 0);

const RealDate = Date;

class VirtualDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0 && ambient) super(nowHere());
    else super(...(given as [number]));
  }

  static override now(): number {
    return ambient ? nowHere() : RealDate.now();
  }
}

interface Timer {
  cancel: () => void;
  unref(): Timer;
  ref(): Timer;
  hasRef(): boolean;
  [Symbol.toPrimitive](): number;
}

/** Runs where it was set, in the same process, unless that has died. */
const setTimer = (task: () => void, milliseconds = 0): Timer => {
  const process = currentProcess();
  const inContext = AsyncLocalStorage.snapshot();
  const cancel = current().scheduler.after(milliseconds, () => {
    if (!process || process.alive) inContext(task);
  });
  const timer: Timer = {
    cancel,
    unref: () => timer,
    ref: () => timer,
    hasRef: () => true,
    [Symbol.toPrimitive]: () => 0,
  };
  return timer;
};

const setTimeoutVirtual = (task: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) =>
  setTimer(() => task(...given), milliseconds);

const clearVirtual = (timer: Timer | undefined): void => timer?.cancel();

const pause = (milliseconds = 0, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimer(() => {
      signal?.removeEventListener('abort', aborted);
      resolve(value);
    }, milliseconds);
    const aborted = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', aborted, { once: true });
  });

const timeoutSignal = (milliseconds: number): AbortSignal => {
  const controller = new AbortController();
  setTimer(
    () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    milliseconds,
  );
  return controller.signal;
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const uuid = (): string => {
  const bytes = current().random.bytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const text = hex(bytes);
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
};

const require = createRequire(import.meta.url);

/**
 * Takes every clock, timer and source of chance of this thread over, once and for good. Code that is loaded before or
 * afterwards sees no difference.
 */
export const installGlobals = (): void => {
  Object.assign(globalThis, {
    Date: VirtualDate,
    setTimeout: setTimeoutVirtual,
    clearTimeout: clearVirtual,
    setInterval: () => {
      throw new Error('the simulator knows no intervals');
    },
  });
  AbortSignal.timeout = timeoutSignal;
  performance.now = () => (ambient ? nowHere() - 1_700_000_000_000 : 0);
  const realRandom = Math.random;
  Math.random = () => (ambient ? ambient.random.unit() : realRandom());

  const timers = require('node:timers');
  timers.setTimeout = setTimeoutVirtual;
  timers.clearTimeout = clearVirtual;
  const timersPromises = require('node:timers/promises');
  timersPromises.setTimeout = pause;
  const crypto = require('node:crypto');
  crypto.randomUUID = uuid;
  crypto.randomBytes = (count: number) => Buffer.from(current().random.bytes(count));
  crypto.randomInt = (low: number, high: number) => current().random.between(low, high - 1);
  syncBuiltinESMExports();
};
