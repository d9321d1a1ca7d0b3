/** `npm start`: the whole platform on this machine. */
import { printBanner } from './engine/banner.ts';
import { type Engine, startEngine } from './engine/index.ts';
import { explain } from './engine/start-problems.ts';

const port = Number(process.env.PORT ?? 8080);
const dataDir = process.env.CLOUD_DATA_DIR ?? '.cloud';

const contextFromEnvironment = (): Record<string, unknown> => {
  const text = process.env.CLOUD_CONTEXT;
  if (!text) return {};
  const context: unknown = JSON.parse(text);
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    throw new SyntaxError('not a JSON object');
  return context as Record<string, unknown>;
};

/** How often npm is looked for, in milliseconds. */
const parentMilliseconds = 1_000;

/** On a signal, and once the npm that started it is gone: an engine that nobody sees would hold port and data. */
const stopWhenTold = (engine: Engine): void => {
  let asked = false;
  const stop = () => {
    if (asked) process.exit(1);
    asked = true;
    process.stdout.write('Stopping.\n');
    engine.stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${error}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  if (process.env.npm_lifecycle_event !== 'start') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, parentMilliseconds).unref();
};

try {
  const limits = process.env.CLOUD_AWS_LIMITS === 'default' ? 'default' : 'roomy';
  const engine = await startEngine({ dataDir, port, limits, warm: 'all', context: contextFromEnvironment() });
  stopWhenTold(engine);
  printBanner(engine);
} catch (error) {
  process.stderr.write(`${explain(error, port)}\n`);
  process.exit(1);
}
