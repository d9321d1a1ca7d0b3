/**
 * Warm requests in one process: imports the bundle named by argv[2], sends it the event in the file argv[3] in batches,
 * and prints the median batch's microseconds per request, by the clock and of the processor. The event is parsed anew
 * for each request, as Lambda does.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './context.ts';

const [bundle, eventFile, expected, batches, size] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const event = readFileSync(eventFile, 'utf8');
const { handler } = await import(pathToFileURL(bundle).href);

const once = async () => {
  const answer = await handler(JSON.parse(event), lambdaContext('bench'));
  if (answer.statusCode !== Number(expected))
    throw new Error(`${bundle} answered ${answer.statusCode}: ${answer.body}`);
};
for (let request = 0; request < Number(size); request++) await once();
const wall: number[] = [];
const processor: number[] = [];
for (let batch = 0; batch < Number(batches); batch++) {
  const start = performance.now();
  const before = process.cpuUsage();
  for (let request = 0; request < Number(size); request++) await once();
  const { user, system } = process.cpuUsage(before);
  wall.push(((performance.now() - start) * 1_000) / Number(size));
  processor.push((user + system) / Number(size));
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
process.stderr.write(`${JSON.stringify({ wall: median(wall), processor: median(processor) })}\n`);
process.exit(0);
