import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { resourceKey } from '../../../../lib/platform/table/keys.ts';
import type { CloudThing } from '../../../../lib/services/drift/backend.ts';
import { withOwners } from '../../../../lib/services/drift/owners.ts';
import { machineKey } from '../../../../lib/services/instances/service.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';

const signal = new AbortController().signal;
const [tenant, instance] = [newId(), newId()];

describe('what was launched together', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const launched = (machine: string, batch: string, kind: CloudThing['kind'] = 'INSTANCE'): CloudThing => ({
    kind,
    cloud_id: kind === 'INSTANCE' ? machine : `vol-of-${machine}`,
    together: { tenant, batch, machine },
    is_ending: false,
    facts: {},
  });
  const given = (machine: string) =>
    opened.tables.write({ put: { ...machineKey(machine), tenant, id: instance } });
  const batchIn = async (status: string) => {
    const batch = newId();
    await opened.tables.write({ put: { ...resourceKey(tenant, 'LAUNCH_BATCH', batch), status } });
    return batch;
  };

  it.each(['INSTANCE', 'VOLUME'] as const)(
    'is the instance’s that its machine was given to: %s',
    async (kind) => {
      await given(`i-given-${kind}`);
      const [thing] = await withOwners(
        opened.tables,
        [launched(`i-given-${kind}`, await batchIn('LAUNCHING'), kind)],
        signal,
      );
      expect(thing?.owner).toEqual({ tenant, id: instance, kinds: ['INSTANCE'] });
    },
  );

  it('is nobody’s yet while its batch is at work, and nobody’s when that has broken down or is gone', async () => {
    const things = await withOwners(
      opened.tables,
      [
        launched('i-1', await batchIn('LAUNCHING')),
        launched('i-2', await batchIn('ERROR')),
        launched('i-3', newId()),
      ],
      signal,
    );
    expect(things.map(({ owner, is_unassigned }) => [owner, is_unassigned])).toEqual([
      [undefined, true],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('costs nothing where everything names its record', async () => {
    const named = { ...launched('i-4', newId()), owner: { tenant, id: instance, kinds: [] } };
    expect(await costOf(opened, () => withOwners(opened.tables, [named], signal))).toMatchObject({
      requests: 0,
    });
  });
});
