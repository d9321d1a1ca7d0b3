import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataFolder, type EngineFile, readEngineFile } from '../../../../local/engine/data-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'data-folder-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const description: EngineFile = {
  pid: 1,
  url: 'http://127.0.0.1:1',
  controlUrl: 'http://127.0.0.1:2',
  region: 'us-east-1',
  endpoints: { dynamodb: '', sqs: '', standIns: '' },
  sdkPlugin: '',
  accessKeyId: 'key',
  outputs: {},
  functions: {},
};

describe('the data folder', () => {
  it('that is made is its owner’s alone, and so is what tells operators of the engine', () => {
    const path = join(scratch, 'made');
    const folder = new DataFolder(path);
    folder.announce(description);
    expect([modeOf(path), modeOf(folder.file('engine.json'))]).toEqual(['700', '600']);
    expect(readEngineFile(path)).toEqual(description);
    folder.release();
    expect(readEngineFile(path)).toBeUndefined();
  });

  it('that is there already keeps the rights that somebody gave it', () => {
    const path = mkdtempSync(join(scratch, 'there-'));
    chmodSync(path, 0o750);
    new DataFolder(path).release();
    expect(modeOf(path)).toBe('750');
  });
});
