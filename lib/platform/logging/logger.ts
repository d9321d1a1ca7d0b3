import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { LogLevel } from '@aws-lambda-powertools/logger/types';
import { LineFormatter } from './line-formatter.ts';

/** Nearly all lines are flat; for those JSON needs none of the logger's care for errors and circles, half of a line's cost. */
class LineLogger extends Logger {
  #isFlat = false;

  protected override printLog(logLevel: number, log: LogItem): void {
    this.#isFlat = Object.values(log.getAttributes()).every(
      (value) => typeof value !== 'object' && typeof value !== 'bigint',
    );
    super.printLog(logLevel, log);
  }

  protected override getJsonReplacer(): (key: string, value: unknown) => void {
    return this.#isFlat ? (undefined as never) : super.getJsonReplacer();
  }
}

/**
 * The structured logger of a function. `LOG_LEVEL` is its level (default INFO) and `LOG_SAMPLE` the share of processes, 0 to 1,
 * that log DEBUG as well. Fields are given with each line and never kept in the logger, as requests may share a thread.
 */
export const createLogger = (service: string): Logger =>
  new LineLogger({
    serviceName: service,
    logLevel: (process.env.LOG_LEVEL || 'INFO') as LogLevel,
    sampleRateValue: Number(process.env.LOG_SAMPLE || 0),
    logFormatter: new LineFormatter(),
  });

export type { Logger };
