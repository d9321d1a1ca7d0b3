import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files `<folder>/<function>.log` with what the functions print, and with what the engine has to say of them. */
export class FunctionLogs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The function's own thread writes into it. */
  file(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  write(name: string, text: string): void {
    appendFileSync(this.file(name), text);
  }
}
