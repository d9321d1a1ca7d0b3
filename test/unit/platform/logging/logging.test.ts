import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../../lib/platform/logging/logger.ts';
import { countConsumed, currentMeter, metered } from '../../../../lib/platform/logging/meter.ts';
import { served } from '../http/harness.ts';
import { type Widgets, widgetRoutes, widgets } from '../http/widgets.ts';

describe('the meter', () => {
  it('counts for the request under way, among others in the same thread', async () => {
    const request = (count: number) =>
      metered(async () => {
        for (let i = 0; i < count; i++) {
          await setImmediate();
          countConsumed({ operation: 'GetItem', readUnits: 0.5, writeUnits: 0 });
        }
        return currentMeter();
      });
    expect(await Promise.all([request(1), request(3)])).toEqual([
      { requests: 1, readUnits: 0.5, writeUnits: 0 },
      { requests: 3, readUnits: 1.5, writeUnits: 0 },
    ]);
  });

  it('counts nothing outside of one', () => {
    countConsumed({ operation: 'GetItem', readUnits: 1, writeUnits: 0 });
    expect(currentMeter()).toBeUndefined();
  });

  it('is in the line of the request', async () => {
    const reading: Widgets = {
      ...widgets,
      open: async (caller) => {
        countConsumed({ operation: 'GetItem', readUnits: 0.5, writeUnits: 0 });
        return widgets.open(caller);
      },
    };
    const app = served(widgetRoutes, reading);
    await app.call({ path: '/bare' });
    expect(app.lines[0]?.fields).toMatchObject({ dynamodb_requests: 1, read_units: 0.5, write_units: 0 });
  });
});

describe('the logger', () => {
  it('writes a line of JSON with the fields it was given, and keeps none for the next', () => {
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const lines: string[] = [];
    const write = vi.spyOn(console, 'info').mockImplementation((line: string) => void lines.push(line));
    const logger = createLogger('api-test');
    logger.info('request', { tenant: 'a' });
    logger.info('request', { user: 'b' });
    write.mockRestore();
    vi.unstubAllEnvs();
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({ level: 'INFO', message: 'request', service: 'api-test', tenant: 'a' });
    expect(second).not.toHaveProperty('tenant');
  });
});
