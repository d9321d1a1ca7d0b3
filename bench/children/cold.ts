/**
 * One cold start in a process of its own: imports the bundle named by argv[2], sends it the event in the file argv[3],
 * and prints milliseconds from the start of the process and peak memory.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './context.ts';

const [bundle, eventFile, expected] = process.argv.slice(2) as [string, string, string];
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = lambdaContext('bench');
const { handler } = await import(pathToFileURL(bundle).href);
const init = performance.now();
const answer = await handler(event, context);
const done = performance.now();
if (answer.statusCode !== Number(expected))
  throw new Error(`${bundle} answered ${answer.statusCode}: ${answer.body}`);
process.stderr.write(
  `${JSON.stringify({ init, first: done - init, residentMegabytes: process.memoryUsage.rss() / 1_048_576 })}\n`,
);
process.exit(0);
