import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inUseMilliseconds, keepInCache } from '../../../../local/engine/cache-folder.ts';

let folder: string;

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), 'cloud-test-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

it('what an engine uses is marked as used as long as the engine lives', () => {
  keepInCache(folder);
  for (let hours = 1; hours <= 5; hours++) {
    vi.advanceTimersByTime(3_600_000);
    expect(Date.now() - statSync(folder).mtimeMs).toBeLessThan(inUseMilliseconds / 2);
  }
});

it('what somebody has taken away is no trouble to who used it', () => {
  keepInCache(folder);
  rmSync(folder, { recursive: true });
  expect(() => vi.advanceTimersByTime(inUseMilliseconds)).not.toThrow();
});
