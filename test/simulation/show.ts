import type { TraceLine } from './engine/trace.ts';
import type { Result } from './simulate.ts';

const idPattern = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|\b(?:i|vol|snap|vpc|subnet|sg)-[0-9a-f]{17}\b/g;

const lineOf = ({ at, what, text }: TraceLine): string => `${new Date(at).toISOString()} ${what}: ${text}`;

/** Lines that name one of the things that are broken; the last ones, where there are many. */
const concerning = ({ broken, trace }: Result, most: number): TraceLine[] => {
  const ids = broken.flatMap((what) => what.match(idPattern) ?? []);
  const lines = trace.filter(
    ({ what, text }) => what === 'crash' || what === 'calm' || ids.some((id) => text.includes(id)),
  );
  return lines.slice(-most);
};

/** A failing run as a reader wants it: what is broken, how it came to that, and how to see it all again. */
export const showFailure = (result: Result, { all }: { all: boolean }): string =>
  [
    `seed ${result.seed}:`,
    ...result.broken.map((what) => `  ✗ ${what}`),
    ...(all ? result.trace : concerning(result, 150)).map(lineOf),
    `the whole trace: npm run simulate -- --seed ${result.seed}`,
  ].join('\n');
