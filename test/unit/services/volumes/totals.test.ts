import { describe, expect, it } from 'vitest';
import { volumeTotals } from '../../../../lib/services/volumes/totals.ts';

const key = { pk: 'T#tenant#VOLUME', sk: 'v1', at: '2026-11-25T12:00:00Z' };
const volume = { size_gb: 2, status: 'AVAILABLE' };
const gib = 2 ** 30;
const asked = (action: string, phase: string) => ({ id: 'e1', action_id: 'a1', action, phase, at: key.at });

describe('what the totals say of a volume', () => {
  it.each([
    ['is made', undefined, volume, ['volumes_total{AVAILABLE} 1', `volume_size_bytes{} ${2 * gib}`]],
    [
      'is attached',
      volume,
      { ...volume, status: 'IN-USE' },
      ['volumes_total{AVAILABLE} -1', 'volumes_total{IN-USE} 1'],
    ],
    ['grows', volume, { ...volume, size_gb: 5 }, [`volume_size_bytes{} ${3 * gib}`]],
    [
      'is deleted',
      volume,
      { ...volume, status: 'DELETING', deleted_at: 'now' },
      ['volumes_total{AVAILABLE} -1', `volume_size_bytes{} ${-2 * gib}`],
    ],
    [
      'is asked to grow',
      volume,
      { ...volume, event: asked('grow', 'requested') },
      ['storage_operations_total{grow} 1'],
    ],
    [
      'has grown',
      { ...volume, event: asked('grow', 'requested') },
      { ...volume, event: { ...asked('grow', 'succeeded'), id: 'e2' } },
      [],
    ],
    ['is forgotten', { ...volume, deleted_at: 'now' }, undefined, []],
  ])('that %s', (_, before, after, moved) => {
    const deltas = volumeTotals.flatMap(({ name, deltasOf }) =>
      deltasOf({ ...key, before, after }).map(({ series, by }) => `${name}{${series}} ${by}`),
    );
    expect(deltas).toEqual(moved);
  });
});
