import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { actionKey } from '../../../../lib/platform/table/keys.ts';
import type { ActionEvent } from '../../../../lib/services/actions/schema.ts';
import { type Actions, createActions } from '../../../../lib/services/actions/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

describe('the history of a resource', () => {
  let opened: TestTables;
  let actions: Actions;
  beforeAll(async () => {
    opened = await startTables();
    actions = createActions({ tables: opened.tables });
  });
  afterAll(() => opened?.stop());

  const resource = () => ({ tenant: newId(), kind: 'TOY', id: newId() });
  const eventsOf = (
    of: { tenant: string; kind: string; id: string },
    action: string,
    more: Partial<ActionEvent> = {},
  ) => {
    const id = newId();
    const asked: ActionEvent = {
      id,
      action_id: id,
      action,
      phase: 'requested',
      at: '2026-01-01T00:00:00.000Z',
      user: 'ann',
      request_id: 'r1',
      kind: of.kind,
      tenant: of.tenant,
      resource_id: of.id,
    };
    const ended: ActionEvent = {
      ...asked,
      id: `${id}:succeeded`,
      phase: 'succeeded',
      at: '2026-01-01T00:00:05.000Z',
      ...more,
    };
    return { asked, ended };
  };

  it.each([
    ['in order', [0, 1]],
    ['the end first', [1, 0]],
    ['each twice', [0, 1, 0, 1]],
    ['the end twice, then the beginning', [1, 1, 0]],
  ])('is the same whatever order the events come in: %s', async (_, order) => {
    const of = resource();
    const { asked, ended } = eventsOf(of, 'launch');
    for (const index of order) await actions.record(index === 0 ? asked : ended);
    expect((await actions.list(of)).items).toEqual([
      {
        id: asked.id,
        action: 'launch',
        user: 'ann',
        request_id: 'r1',
        requested_at: asked.at,
        completed_at: ended.at,
        outcome: 'succeeded',
      },
    ]);
  });

  it('shows what is under way as pending, and why something failed', async () => {
    const of = resource();
    const [launch, stop] = [
      eventsOf(of, 'launch', { phase: 'failed', error: 'no capacity' }),
      eventsOf(of, 'stop'),
    ];
    await actions.record(launch.asked);
    await actions.record(launch.ended);
    await actions.record(stop.asked);
    expect((await actions.list(of)).items).toMatchObject([
      { action: 'stop', outcome: 'pending' },
      { action: 'launch', outcome: 'failed', error: 'no capacity' },
    ]);
  });

  it('keeps the first end that it heard of', async () => {
    const of = resource();
    const { asked, ended } = eventsOf(of, 'stop');
    await actions.record({ ...ended, phase: 'failed', error: 'replaced by start' });
    await actions.record(ended);
    await actions.record(asked);
    expect((await actions.list(of)).items[0]).toMatchObject({
      outcome: 'failed',
      error: 'replaced by start',
    });
  });

  it('ends what was under way together with an update that came in between, also over a page’s edge', async () => {
    const of = resource();
    const [launch, update] = [eventsOf(of, 'launch'), eventsOf(of, 'update')];
    await actions.record(launch.asked);
    await actions.record(update.asked);
    await actions.record(update.ended);
    expect((await actions.list(of)).items.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    const { nextCursor } = await actions.list(of, { limit: 1 });
    expect((await actions.list(of, { limit: 1, cursor: nextCursor })).items[0]).toMatchObject({
      action: 'launch',
      outcome: 'succeeded',
    });
  });

  it('is read newest first, page by page', async () => {
    const of = resource();
    const all = Array.from({ length: 5 }, (_, n) => eventsOf(of, `a${n}`));
    for (const { asked } of all) await actions.record(asked);
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await actions.list(of, { limit: 2, cursor });
      read.push(...page.items.map(({ action }) => action));
      cursor = page.nextCursor;
    } while (cursor);
    expect(read).toEqual(['a4', 'a3', 'a2', 'a1', 'a0']);
    await expect(actions.list(of, { cursor: 'x' })).rejects.toMatchObject({ type: 'INVALID_INPUT' });
  });

  it("is one resource's and one tenant's, and goes after 90 days", async () => {
    const of = resource();
    const { asked } = eventsOf(of, 'launch');
    await actions.record(asked);
    expect((await actions.list({ ...of, tenant: newId() })).items).toEqual([]);
    expect((await actions.list({ ...of, id: newId() })).items).toEqual([]);
    const item = await opened.tables.get(actionKey(of.tenant, of.kind, of.id, asked.id));
    expect(item?.expires_at).toBe(Date.parse(asked.at) / 1000 + 90 * 86_400);
  });
});
