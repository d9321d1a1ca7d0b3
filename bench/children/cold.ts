/**
 * One cold start in a process of its own: imports the bundle named by argv[2], sends it the event in the file argv[3],
 * and prints milliseconds from the start of the process, by the clock and of the processor, and peak memory.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './context.ts';

const [bundle, eventFile, expected] = process.argv.slice(2) as [string, string, string];
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = lambdaContext('bench');

/** Milliseconds of processor time since the process began, of all its threads. */
const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const { handler } = await import(pathToFileURL(bundle).href);
const init = { wall: performance.now(), processor: processor() };
const answer = await handler(event, context);
const both = { wall: performance.now(), processor: processor() };
if (answer.statusCode !== Number(expected))
  throw new Error(`${bundle} answered ${answer.statusCode}: ${answer.body}`);
// The highest it ever was, which is what Lambda counts. Of this program alone: what `getrusage` tells is no less than what
// the process was before it became this program.
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
const residentMegabytes = Number(peak?.[1]) / 1_024;
process.stderr.write(`${JSON.stringify({ init, both, residentMegabytes })}\n`);
process.exit(0);
