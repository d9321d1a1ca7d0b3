import { metricsHandler } from '../../lib/app/metrics.ts';

export const handler = metricsHandler();
