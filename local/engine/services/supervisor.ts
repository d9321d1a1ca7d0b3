/**
 * Runs a program and kills it as soon as standard input ends, which it does when the process that holds its other end
 * dies in whatever way. Used where the machine has no `setpriv`.
 */
import { spawn } from 'node:child_process';

const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
const end = () => child.kill('SIGKILL');
process.stdin.on('end', end).on('close', end).resume();
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
