import { startTables } from '../../test/support/tables.ts';
import { measureAutoscalingUnits } from './autoscaling.ts';
import { measureBatchUnits } from './batch.ts';
import type { UnitFigures } from './figures.ts';
import { measureInstanceUnits } from './instances.ts';
import { measureMetricsUnits } from './metrics.ts';
import { measureNetworkUnits } from './networks.ts';
import { measureStorageUnits } from './storage.ts';
import { measureTopicUnits } from './topics.ts';

export type { UnitFigures } from './figures.ts';

/** Units and round trips of the routes' services, counted on tables of their own. Needs the functions' environment. */
export const measureUnits = async (): Promise<UnitFigures[]> => {
  const figures: UnitFigures[] = [];
  for (const measure of [
    measureInstanceUnits,
    measureNetworkUnits,
    measureStorageUnits,
    measureMetricsUnits,
    measureAutoscalingUnits,
    measureBatchUnits,
    measureTopicUnits,
  ]) {
    const test = await startTables();
    try {
      figures.push(...(await measure(test)));
    } finally {
      await test.stop();
    }
  }
  return figures;
};
