import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Files `<folder>/<function>.log` with what the functions print. */
export class FunctionLogs {
  readonly #folder: string;
  readonly #files = new Map<string, WriteStream>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(name: string, chunk: Buffer | string): void {
    let file = this.#files.get(name);
    if (!file) {
      file = createWriteStream(join(this.#folder, `${name}.log`), { flags: 'a' });
      this.#files.set(name, file);
    }
    file.write(chunk);
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#files.values()].map((file) => new Promise<void>((done) => file.end(() => done()))),
    );
  }
}
