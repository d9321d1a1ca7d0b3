import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** 24 characters, 144 random bits. */
export const generatedPassword = (): string => randomBytes(18).toString('base64url');

const silent = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks on the terminal without showing what is typed. */
const ask = async (question: string): Promise<string> => {
  process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};

export interface Password {
  value: string;
  /** Made here, so it must be shown, once. */
  generated: boolean;
}

/**
 * The password of a command: read from standard input, generated, or asked for twice where there is a terminal.
 * @throws Error where the two differ
 */
export const readPassword = async (options: { stdin?: boolean; generate?: boolean }): Promise<Password> => {
  if (options.stdin) return { value: (await text(process.stdin)).replace(/\r?\n$/, ''), generated: false };
  if (options.generate || !process.stdin.isTTY) return { value: generatedPassword(), generated: true };
  const value = await ask('Password: ');
  if (value !== (await ask('Once more: '))) throw new Error('the two passwords differ');
  return { value, generated: false };
};
