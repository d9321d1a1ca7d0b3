import { Logger } from '@aws-lambda-powertools/logger';
import type { LogLevel } from '@aws-lambda-powertools/logger/types';

/**
 * The structured logger of a function. `LOG_LEVEL` is its level (default INFO) and `LOG_SAMPLE` the share of processes, 0 to 1,
 * that log DEBUG as well. Fields are given with each line and never kept in the logger, as requests may share a thread.
 */
export const createLogger = (service: string): Logger =>
  new Logger({
    serviceName: service,
    logLevel: (process.env.LOG_LEVEL || 'INFO') as LogLevel,
    sampleRateValue: Number(process.env.LOG_SAMPLE || 0),
  });

export type { Logger };
