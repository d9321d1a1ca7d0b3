/**
 * `npm run ops -- <command>`: what an operator does when an alarm rings, on a deployed stage with AWS credentials or on the
 * engine of this machine. Answers go to standard output, everything else to standard error.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../lib/platform/clock.ts';
import { CloudError } from '../lib/platform/errors/index.ts';
import { commandOf } from './ops/commands.ts';
import { openPlace } from './ops/place.ts';

const usage = `npm run ops -- <command> [options]

  dlq list                what failed for good: how many, since when, who is hurt
  dlq show <name>         some of them, decoded; they stay where they are
  dlq redrive <name>      hands them to what they were meant for, once the cause is mended
  dlq purge <name>        throws them away; asks for --yes
  stuck                   what is overdue, the longest waiting first
  drift run               asks for a comparison of all records with the cloud
  drift show [<run>]      what the newest comparison, or the named one, has found

  --stage <stage>   a deployed stage, with your AWS credentials; without it: the engine that runs on
                    CLOUD_DATA_DIR (.cloud)
  --max <n>         at most so many; show: 10 if left out
  --rate <n>        redrive: messages a second, 1 to 500; 5 if left out
  --dry-run         redrive: only says how many
  --yes             purge: really
  --json            the answer as JSON

Exit codes: 0 done; 1 failed, or something is left (a redrive that left letters, something stuck, drift); 2 bad usage.
An interrupted redrive finishes what is under way; no message is ever lost, and some may be handed on twice.
`;

const options = {
  stage: { type: 'string' },
  max: { type: 'string' },
  rate: { type: 'string', default: '5' },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The operator asked for something that there is not. */
class UsageError extends Error {}

const whole = (text: string, name: string, most: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new UsageError(`--${name} is a whole number from 1 to ${most}`);
  return value;
};

const read = () => {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) return { help: true } as const;
    const found = commandOf(positionals);
    if (!found) throw new UsageError('');
    const max = values.max === undefined ? undefined : whole(values.max, 'max', 1_000_000);
    const perSecond = whole(values.rate, 'rate', 500);
    return {
      ...found,
      stage: values.stage,
      json: values.json,
      values: { max, perSecond, dryRun: values['dry-run'], yes: values.yes },
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const main = async (): Promise<number> => {
  const given = read();
  if ('help' in given) {
    process.stderr.write(usage);
    return 0;
  }
  const { command, argument, stage, json, values } = given;
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const place = openPlace(stage);
  try {
    say(`On ${place.description}`);
    const outcome = await command(
      { place, clock: systemClock, values, signal: interrupted.signal, say },
      argument,
    );
    process.stdout.write(`${json ? JSON.stringify(outcome.data, undefined, 2) : outcome.text}\n`);
    return outcome.failed ? 1 : 0;
  } finally {
    place.close();
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message ? `${error.message}\n\n` : ''}${usage}`);
    process.exitCode = 2;
  } else {
    const detail = error instanceof CloudError && error.internal ? ` (${error.internal})` : '';
    process.stderr.write(`${(error as Error).message}${detail}\n`);
    process.exitCode = 1;
  }
}
