import { describe, expect, it } from 'vitest';
import { CloudError, notFound } from '../../../../lib/platform/errors/index.ts';
import type { CronJobRecord } from '../../../../lib/services/cron/record.ts';
import type { CronTarget } from '../../../../lib/services/cron/schema.ts';
import { createTargetCheck } from '../../../../lib/services/cron/target.check.ts';
import {
  createResourceTarget,
  createTarget,
  type Sender,
} from '../../../../lib/services/cron/target.resource.ts';
import { newCaller } from '../instances/harness.ts';

const queue: CronTarget = { type: 'queue', id: 'q-1' };

describe('a target that a job is to have', () => {
  const check = createTargetCheck({
    queue: {
      permission: 'queue:write',
      needsPayload: true,
      find: async (_caller, id) => {
        if (id !== queue.id) throw notFound('queue');
      },
    },
  });
  const callerWith = (...permissions: string[]) => {
    const caller = newCaller();
    return { ...caller, principal: { ...caller.principal, permissions: new Set(permissions) } };
  };

  it('is taken where the caller has it and may use it', async () => {
    await check(callerWith('queue:write'), queue, 'x');
  });

  it.each([
    ['that the caller may not use', ['cron:create'], queue, 'x', 'FORBIDDEN', 'queue:write'],
    ['that the caller has not', ['*'], { ...queue, id: 'q-2' }, 'x', 'INVALID_INPUT', 'target.id'],
    ['that takes nothing empty, without payload', ['*'], queue, '', 'INVALID_INPUT', 'target_payload'],
    [
      'of a type that is not to be had',
      ['*'],
      { ...queue, type: 'topic' as const },
      'x',
      'INVALID_INPUT',
      'target.type',
    ],
  ])('%s is refused', async (_, permissions, target, payload, type, named) => {
    const refused = check(callerWith(...permissions), target, payload);
    await expect(refused).rejects.toMatchObject({ type, message: expect.stringContaining(named) });
  });
});

describe('a call of a target that is no URL', () => {
  const job = {
    id: 'job-1',
    tenant: 't-1',
    user_id: 'u-1',
    target: queue,
    target_payload: 'tick',
  } as CronJobRecord;
  const callWith = (send: Sender['send']) =>
    createResourceTarget({ queue: { send } })({ job, key: 'run-1' }, AbortSignal.timeout(1_000));

  it('goes out in the name of the job’s tenant, under the key of the run', async () => {
    const result = await callWith(async ({ principal }, id, sent) => {
      expect([principal.tenant, principal.user, id, sent]).toEqual([
        't-1',
        'u-1',
        'q-1',
        { payload: 'tick', jobId: 'job-1', key: 'run-1' },
      ]);
      return 'm-1';
    });
    expect(result).toMatchObject({ ok: true, response: 'm-1' });
  });

  it.each([
    ['it is gone', notFound('queue'), false],
    ['it takes no such message', new CloudError('INVALID_INPUT', 'body: is too long'), false],
    ['it has no time', new CloudError('UNAVAILABLE', 'send it again'), true],
  ])('fails where %s, and says why', async (_, error, mayRetry) => {
    const result = await callWith(async () => {
      throw error;
    });
    expect(result).toMatchObject({ ok: false, error: error.message, mayRetry });
  });

  it('leaves what is no refusal to those who know it: that is a bug of ours', async () => {
    await expect(
      callWith(async () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow('a bug');
  });

  it('fails where the type is not to be had', async () => {
    const call = createResourceTarget({});
    const result = await call({ job, key: 'run-1' }, AbortSignal.timeout(1_000));
    expect(result).toMatchObject({ ok: false, mayRetry: false });
  });

  it('is told from the call of a URL', async () => {
    const answer = (response: string) => async () => ({
      ok: true,
      response,
      mayRetry: false,
      milliseconds: 1,
    });
    const call = createTarget(answer('url'), answer('resource'));
    const signal = AbortSignal.timeout(1_000);
    expect((await call({ job, key: 'k' }, signal)).response).toBe('resource');
    expect((await call({ job: { ...job, target: undefined }, key: 'k' }, signal)).response).toBe('url');
  });
});
