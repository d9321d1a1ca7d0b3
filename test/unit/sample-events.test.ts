import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseStreamRecord } from '../../lib/platform/lifecycle/stream-record.ts';
import { ActionEvent } from '../../lib/services/actions/schema.ts';
import { sampleOf } from '../../scripts/invoke.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'events');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;

/** `functions/workers/mail.ts` → `worker-mail`. */
const bundles = globSync('functions/*/*.ts', { cwd: root }).map(
  (file) => `${basename(dirname(file)).replace(/s$/, '')}-${basename(file, '.ts')}`,
);

describe('the sample events', () => {
  const manifest = readFileSync(join(folder, 'README.md'), 'utf8');
  const rows = [...manifest.matchAll(/^\| `([\w-]+\.json)` \| `([\w-]+)` \|/gm)].map(([, file, name]) => [
    file,
    name,
  ]);

  it('stand in the manifest, each once, with the function they are for', () => {
    expect(rows.map(([file]) => file)).toEqual([...files].sort());
    for (const [file, name] of rows) expect(file?.startsWith(String(name))).toBe(true);
  });

  it.each(bundles)('have one for %s', (name) => {
    expect(rows.map(([, bundle]) => bundle)).toContain(name);
    expect(basename(sampleOf(name)).startsWith(name)).toBe(true);
  });

  it('of the streams are changes of the table of record', () => {
    const changesOf = (name: string) => read<DynamoDBStreamEvent>(name).Records.map(parseStreamRecord);
    expect(changesOf('stream-outbox.json')).toMatchObject([
      { before: undefined, after: { generation: 1, event: { phase: 'requested' } } },
    ]);
    for (const { pk } of [...changesOf('stream-outbox.json'), ...changesOf('stream-totals.json')])
      expect(pk).toMatch(/^T#[0-9a-f-]{36}#[A-Z_]+$/);
  });

  it('of the history is an action that was asked for', () => {
    for (const { body } of read<SQSEvent>('worker-history.json').Records)
      expect(ActionEvent.parse(JSON.parse(body).detail)).toMatchObject({
        action: 'launch',
        phase: 'requested',
      });
  });

  it('of the sweep is a schedule', () => {
    expect(read('worker-sweep.json')).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
    });
  });
});
