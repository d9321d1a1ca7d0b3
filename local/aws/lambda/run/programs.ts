import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Shims of version managers need the environment that no function is given, so the system's own folders go first. */
const systemFolders = ['/usr/local/bin', '/usr/bin', '/bin'];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Absolute path of a program of this machine; undefined where it has none. Node is the one that runs this. */
export const findProgram = (name: string): string | undefined => {
  if (name === 'node') return process.execPath;
  const folders = [...systemFolders, ...(process.env.PATH ?? '').split(':').filter(Boolean)];
  return folders.map((folder) => join(folder, name)).find(isProgram);
};
