import { creationMayAppear } from '../../platform/lifecycle/creation.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { FunctionHost, ObservedFunction } from './backend.ts';
import { codeRefOf, hostedOf } from './hosted.ts';
import { type FunctionRecord, functionUsage } from './record.ts';

/** Lambda makes and changes a function within seconds. */
const pollMilliseconds = 500;

/** Seconds may pass until what was deleted is no longer shown. */
const deletionPollMilliseconds = 1_000;

/** Deletes what goes with a function. Safe to repeat. */
export type TakeAlong = (owner: FunctionRecord, signal: AbortSignal) => Promise<void>;

const remove = (
  host: FunctionHost,
  takeAlong: TakeAlong,
  wanted: FunctionRecord,
  observed: ObservedFunction | undefined,
  now: number,
): Step<FunctionRecord> => {
  if (observed)
    return {
      do: 'call',
      name: 'DeleteFunction',
      call: async (signal) => {
        await host.delete(wanted.id, signal);
        return undefined;
      },
      waitMilliseconds: deletionPollMilliseconds,
    };
  if (creationMayAppear(wanted, now))
    return { do: 'wait', milliseconds: 5_000, reason: 'a creation without an answer may yet show' };
  if (!wanted.emptied)
    return {
      do: 'call',
      name: 'DeleteObjects',
      call: async (signal) => {
        await takeAlong(wanted, signal);
        const hashes = new Set([...wanted.codes.map(({ sha256 }) => sha256), ...(wanted.unkept ?? [])]);
        await host.deleteCodes(
          [...hashes].map((sha256) => codeRefOf(wanted, sha256)),
          signal,
        );
        return { set: { emptied: true } };
      },
    };
  return { do: 'forget', usage: functionUsage };
};

const bringAbout = (
  host: FunctionHost,
  wanted: FunctionRecord,
  observed: ObservedFunction | undefined,
): Step<FunctionRecord> => {
  const hosted = hostedOf(wanted);
  const change = (name: string, call: (signal: AbortSignal) => Promise<void>): Step<FunctionRecord> => ({
    do: 'call',
    name,
    call: async (signal) => {
      await call(signal);
      return undefined;
    },
    // What has just failed is not asked for again at once.
    ...(observed?.update === 'failed' && { waitMilliseconds: 30_000 }),
  });
  if (!observed)
    return {
      do: 'create',
      name: 'CreateFunction',
      call: async (signal) => {
        await host.create(hosted, signal);
        return undefined;
      },
    };
  if (observed.state === 'failed')
    return { do: 'fail', reason: observed.reason ?? 'Lambda could not make the function' };
  if (observed.state === 'pending' || observed.update === 'under way')
    return { do: 'wait', milliseconds: pollMilliseconds, reason: 'Lambda is making it' };
  if (observed.sha256 !== hosted.sha256)
    return change('UpdateFunctionCode', (signal) => host.updateCode(hosted, signal));
  if (observed.settings !== host.settingsOf(hosted))
    return change('UpdateFunctionConfiguration', (signal) => host.configure(hosted, signal));
  const { unkept = [] } = wanted;
  if (unkept.length > 0)
    return {
      do: 'call',
      name: 'DeleteObjects',
      call: async (signal) => {
        await host.deleteCodes(
          unkept.map((sha256) => codeRefOf(wanted, sha256)),
          signal,
        );
        return { remove: ['unkept'] };
      },
    };
  return { do: 'converged', set: { status: 'ACTIVE' }, remove: ['status_reason'] };
};

/** Functions on Lambda: one for each, named by its id. */
export const createFunctionController = (
  host: FunctionHost,
  takeAlong: TakeAlong,
): Controller<FunctionRecord, ObservedFunction> => ({
  kind: 'FUNCTION',

  async observe(records, signal) {
    const seen = await Promise.all(
      records.map(async ({ id }): Promise<[string, ObservedFunction][]> => {
        const observed = await host.observe(id, signal);
        return observed ? [[id, observed]] : [];
      }),
    );
    return new Map(seen.flat());
  },

  reconcile: (wanted, observed, now) =>
    wanted.deleted_at ? remove(host, takeAlong, wanted, observed, now) : bringAbout(host, wanted, observed),
});
