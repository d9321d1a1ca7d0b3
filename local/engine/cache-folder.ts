import { existsSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where what was built is kept between runs; it can be deleted at any time when no engine runs. */
export const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache/the-cloud/', import.meta.url));

/** Milliseconds since an entry was last marked as used, before which it is left alone. */
export const inUseMilliseconds = 3_600_000;

const used = new Set<string>();

const mark = (path: string): void => {
  if (!existsSync(path)) return;
  const now = new Date();
  utimesSync(path, now, now);
};

/**
 * Marks an entry of the cache as used, now and as long as this process lives: its functions may load a part of it at any
 * time, and another engine takes away what nobody seems to use.
 */
export const keepInCache = (path: string): void => {
  mark(path);
  if (used.has(path)) return;
  used.add(path);
  setInterval(() => mark(path), inUseMilliseconds / 4).unref();
};
