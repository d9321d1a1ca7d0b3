import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { findProgram } from './programs.ts';

/** Bytes of output that are kept, the last ones. */
const maxOutputBytes = 262_144;
/** Bytes of an answer at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxAnswerBytes = 6 * 1024 * 1024;
/** Bytes of a file, and open files. */
const limits = ['--core=0', '--fsize=536870912', '--nofile=1024'];

export interface BoundedProcess {
  program: string;
  args: readonly string[];
  folder: string;
  environment: Record<string, string>;
  input?: string;
  timeoutSeconds: number;
}

export interface Ended {
  /** As a shell says it: 128 and the signal's number for what a signal has ended. */
  exitCode: number;
  timedOut: boolean;
  /** Standard output and error, in the order in which they came. */
  output: Buffer;
  /** What came through file descriptor 3. */
  answer: Buffer;
}

/** Keeps the last bytes of what it is given. */
const tail = (maximum: number) => {
  let chunks: Buffer[] = [];
  let length = 0;
  return {
    add(chunk: Buffer): void {
      chunks.push(chunk);
      length += chunk.length;
      if (length < 2 * maximum) return;
      chunks = [Buffer.concat(chunks).subarray(-maximum)];
      length = maximum;
    },
    bytes: (): Buffer => Buffer.concat(chunks).subarray(-maximum),
  };
};

/** Put before a program: it dies with this process, and has the machine's limits where there is a way to set them. */
const bounds = (): string[] => {
  const [setpriv, prlimit] = [findProgram('setpriv'), findProgram('prlimit')];
  return [
    ...(setpriv ? [setpriv, '--pdeathsig', 'KILL'] : []),
    ...(prlimit ? [prlimit, ...limits, '--'] : []),
  ];
};

/** A process's whole group, so that what it has started ends with it. */
const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // None of them is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** Runs a program for a bounded time. @throws Error where it can't be started */
export const runBounded = (options: BoundedProcess): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const [command = options.program, ...args] = [...bounds(), options.program, ...options.args];
    const child = spawn(command, args, {
      cwd: options.folder,
      env: options.environment,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const output = tail(maxOutputBytes);
    const answer = tail(maxAnswerBytes);
    child.stdout?.on('data', output.add);
    child.stderr?.on('data', output.add);
    (child.stdio[3] as NodeJS.ReadableStream | null)?.on('data', answer.add);
    const input = child.stdin as Writable;
    // A process may end without having read what it was given.
    input.on('error', () => input.destroy());
    input.end(options.input ?? '');
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, options.timeoutSeconds * 1_000);
    // What it has started may hold its output open: they end with it.
    child.on('exit', () => killGroup(child));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const exitCode = code ?? 128 + (signal ? (signalNumbers[signal] ?? 0) : 0);
      resolve({ exitCode, timedOut, output: output.bytes(), answer: answer.bytes() });
    });
  });
