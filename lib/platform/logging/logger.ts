import type { Log } from '../lifecycle/log.ts';
import { lineOf } from './line.ts';

const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const;
type Level = (typeof levels)[number];

/** The structured logger of a function: one line of JSON each. */
export interface Logger extends Log {
  debug: Log['info'];
}

const levelOf = (text: string | undefined): number => {
  const index = levels.indexOf((text ?? '').toUpperCase() as Level);
  return index < 0 ? levels.indexOf('INFO') : index;
};

/** Of the trace that Lambda has begun for the request, the part that finds it: `Root=1-…`. */
const traceId = (): string | undefined => /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1];

/**
 * Makes the logger of a function. `LOG_LEVEL` is its level (`DEBUG`, `INFO` by default, `WARN`, `ERROR`, `SILENT`) and `LOG_SAMPLE` the
 * share of processes, 0 to 1, that log `DEBUG` as well. Fields are given with each line and never kept, as requests may
 * share a thread.
 */
export const createLogger = (service: string): Logger => {
  const sampled = Math.random() < Number(process.env.LOG_SAMPLE || 0);
  const least = sampled ? levels.indexOf('DEBUG') : levelOf(process.env.LOG_LEVEL);

  const writer =
    (level: Exclude<Level, 'SILENT'>) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (levels.indexOf(level) < least) return;
      const timestamp = new Date().toISOString();
      const line = { level, message, timestamp, service, xray_trace_id: traceId() };
      process.stdout.write(lineOf(line, fields));
    };

  return { debug: writer('DEBUG'), info: writer('INFO'), warn: writer('WARN'), error: writer('ERROR') };
};
