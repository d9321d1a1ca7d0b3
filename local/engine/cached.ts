import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, inUseMilliseconds, keepInCache } from './cache-folder.ts';
import { withBundler } from './with-bundler.ts';

/** Entries of the cache that are kept, the latest ones. */
const kept = 16;

/** Names what is made of these files, and of whatever else it depends on. */
export const hashOfFiles = (folder: string, patterns: readonly string[], ...more: string[]): string => {
  const hash = createHash('sha256').update(process.version);
  for (const one of more) hash.update(one).update('\0');
  for (const file of globSync(patterns, { cwd: folder }).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 20);
};

const dropOld = (): void => {
  const byAge = readdirSync(cacheFolder)
    .map((name) => join(cacheFolder, name))
    // What another process has just renamed is gone by now.
    .map((path) => ({ path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  const oldest = Date.now() - inUseMilliseconds;
  for (const { path, time } of byAge.slice(kept))
    if (time < oldest) rmSync(path, { recursive: true, force: true });
};

/** Somebody else may have made the same at the same time; theirs is as good. */
const renameDraft = (draft: string, target: string): void => {
  try {
    renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
};

/**
 * A folder of the cache: made, with the bundler at hand, where it is not there yet. What is half made is never found.
 * @param name of the folder; says all that its content depends on
 * @returns its path
 */
export const cached = async (name: string, make: (folder: string) => Promise<void>): Promise<string> => {
  const target = join(cacheFolder, name);
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}.draft`;
    mkdirSync(draft, { recursive: true });
    try {
      await withBundler(() => make(draft));
      renameDraft(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    keepInCache(target);
    dropOld();
  } else keepInCache(target);
  return target;
};
