import { describe, expect, it } from 'vitest';
import type { FunctionHost, ObservedFunction } from '../../../../lib/services/functions/backend.ts';
import { createFunctionController } from '../../../../lib/services/functions/controller.ts';
import type { FunctionRecord } from '../../../../lib/services/functions/record.ts';

const at = '2026-01-01T00:00:00.000Z';
const now = Date.parse(at) + 3_600_000;
const code = { version: 1, sha256: 'AA==', size: 1, handler: 'index.js', model: 'process' as const, at };

const wanted = (change: Partial<FunctionRecord> = {}): FunctionRecord => ({
  id: 'f',
  tenant: 't',
  user_id: 't',
  name: 'x',
  version: 1,
  generation: 1,
  observed_generation: 0,
  attempt: 1,
  failures: 0,
  created_at: at,
  updated_at: at,
  status: 'ACTIVE',
  runtime: 'nodejs20',
  timeout: 30,
  memory_mb: 128,
  environment: {},
  code,
  codes: [code],
  last_code: 1,
  ...change,
});

const observed = (change: Partial<ObservedFunction> = {}): ObservedFunction => ({
  state: 'active',
  update: 'done',
  sha256: code.sha256,
  settings: 'as wanted',
  ...change,
});

const host = { settingsOf: () => 'as wanted' } as Partial<FunctionHost> as FunctionHost;
const { reconcile } = createFunctionController(host, async () => undefined);

describe('a function on Lambda', () => {
  it.each<[string, Partial<FunctionRecord>, ObservedFunction | undefined, object]>([
    ['nothing is there', {}, undefined, { do: 'create', name: 'CreateFunction' }],
    ['it is being made', {}, observed({ state: 'pending' }), { do: 'wait' }],
    ['it is being changed', {}, observed({ update: 'under way' }), { do: 'wait' }],
    ['it could not be made', {}, observed({ state: 'failed', reason: 'why' }), { do: 'fail', reason: 'why' }],
    ['other code is there', {}, observed({ sha256: 'BB==' }), { do: 'call', name: 'UpdateFunctionCode' }],
    [
      'its settings differ',
      {},
      observed({ settings: 'others' }),
      { do: 'call', name: 'UpdateFunctionConfiguration' },
    ],
    [
      'its last change failed',
      {},
      observed({ settings: 'others', update: 'failed' }),
      { do: 'call', waitMilliseconds: 30_000 },
    ],
    ['codes are to go', { unkept: ['CC=='] }, observed(), { do: 'call', name: 'DeleteObjects' }],
    ['all is as wanted', {}, observed(), { do: 'converged', set: { status: 'ACTIVE' } }],
    ['it is deleted and there', { deleted_at: at }, observed(), { do: 'call', name: 'DeleteFunction' }],
    [
      'it is deleted, its code is there',
      { deleted_at: at },
      undefined,
      { do: 'call', name: 'DeleteObjects' },
    ],
    [
      'it is deleted, and a creation has no answer yet',
      { deleted_at: at, create_asked_at: new Date(now - 1_000).toISOString() },
      undefined,
      { do: 'wait' },
    ],
    [
      'it is all gone',
      { deleted_at: at, emptied: true },
      undefined,
      { do: 'forget', usage: { functions: 1 } },
    ],
  ])('when %s', (_, change, seen, step) => {
    expect(reconcile(wanted(change), seen, now)).toMatchObject(step);
  });
});
