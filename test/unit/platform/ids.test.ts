import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId, parseId, timeOf } from '../../../lib/platform/ids.ts';

describe('new ids', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are UUIDs of version 7 that carry their time', () => {
    vi.useFakeTimers({ now: Date.parse('2030-01-02T03:04:05.678Z') });
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOf(id)).toBe(Date.now());
    expect(parseId(id)).toBe(id);
  });

  it('ascend, also when more are made in a millisecond than can be counted, or the clock goes back', () => {
    vi.useFakeTimers({ now: Date.parse('2031-01-01T00:00:00Z') });
    const ids = Array.from({ length: 10_000 }, () => newId());
    vi.setSystemTime(Date.now() - 60_000);
    ids.push(newId());
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
