/**
 * `npm run local -- <control> …`: changes how the local cloud behaves while the platform runs. For laptops only.
 */
import { parseArgs } from 'node:util';
import { controls } from './engine/control/controls.ts';
import { readEngineFile } from './engine/data-folder.ts';

const usage = (): string =>
  [
    'usage: npm run local -- <control>',
    ...Object.values(controls).map((control) => `  ${control.usage.padEnd(62)}${control.about}`),
    'An instance is named by the platform’s id or by EC2’s.',
  ].join('\n');

/** Carries out a control line, and gives what is to be printed. @throws Error that tells the operator what to do */
export const runControlLine = async (line: readonly string[], dataDir: string): Promise<string> => {
  const { values, positionals } = parseArgs({
    args: [...line],
    allowPositionals: true,
    options: {
      times: { type: 'string' },
      milliseconds: { type: 'string' },
      error: { type: 'string' },
      after: { type: 'string' },
    },
  });
  const [control, ...rest] = positionals;
  if (!control || !(control in controls)) return usage();
  const engine = readEngineFile(dataDir);
  if (!engine) throw new Error(`No engine runs on ${dataDir}. Start one with: npm start`);
  const response = await fetch(engine.controlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ control, arguments: rest, options: values }),
  });
  const { output, error } = (await response.json()) as { output?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return JSON.stringify(output, undefined, 2);
};

if (import.meta.main) {
  try {
    console.log(await runControlLine(process.argv.slice(2), process.env.CLOUD_DATA_DIR ?? '.cloud'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
