import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What `engine.json` in the data folder tells the operator's commands. */
export interface EngineFile {
  /** Process id of the running engine. */
  pid: number;
  /** URL of the platform. */
  url: string;
  /** URL of the local controls. */
  controlUrl: string;
  region: string;
  endpoints: { dynamodb: string; sqs: string; standIns: string };
  /** Absolute path of the module to name in `CLOUD_SDK_PLUGIN`. */
  sdkPlugin: string;
  /** Access key with which an operator's command is let do everything. */
  accessKeyId: string;
  /** Outputs of the stacks, by stack and name. */
  outputs: Record<string, Record<string, unknown>>;
  /** Environment of each function as the template gives it, by function name. */
  functions: Record<string, Record<string, string>>;
}

/** Another engine runs on the same data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

const fileOf = (dataDir: string): string => join(dataDir, 'engine.json');

/** What the engine that runs on this folder says of itself; undefined where none does, or did not end cleanly. */
export const readEngineFile = (dataDir: string): EngineFile | undefined => {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The folder that holds all that the engine keeps between runs. One engine at a time may hold it. */
export class DataFolder {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /** @throws DataFolderInUseError */
  constructor(path: string) {
    this.path = resolve(path);
    // Tokens wait in its queues, keys lie in its databases: a folder that is ours to make is its owner's alone.
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    for (const folder of ['logs', 'policies']) mkdirSync(join(this.path, folder), { recursive: true });
    this.#lock = this.#acquire();
    // An engine that was killed leaves its file behind, and nothing it says is true any more.
    rmSync(fileOf(this.path), { force: true });
  }

  /** A file or folder inside. */
  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Tells the operator's commands where everything is. Only the owner may read it. */
  announce(file: EngineFile): void {
    writeFileSync(fileOf(this.path), `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
  }

  release(): void {
    rmSync(fileOf(this.path), { force: true });
    this.#lock.close();
  }

  /** SQLite's file lock: the system lets go of it when the process ends, in whatever way. */
  #acquire(): DatabaseSync {
    const lock = new DatabaseSync(join(this.path, 'lock.sqlite'), { timeout: 0 });
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
      return lock;
    } catch (error) {
      lock.close();
      const other = readEngineFile(this.path);
      throw new DataFolderInUseError(
        `Another engine${other ? ` (process ${other.pid}, ${other.url})` : ''} uses the data folder ${this.path}. ` +
          'Stop it, or name another folder in CLOUD_DATA_DIR.',
        { cause: error },
      );
    }
  }
}
