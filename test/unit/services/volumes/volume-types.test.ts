import { describe, expect, it } from 'vitest';
import {
  changeShape,
  resolveShape,
  type VolumeShape,
} from '../../../../lib/services/volumes/volume-types.ts';

const gp3: VolumeShape = { size_gb: 10, type: 'gp3', iops: 3_000, throughput: 125 };

describe('what a volume is made of', () => {
  it.each<[string, VolumeShape, VolumeShape]>([
    ['a gp3 has its standard speed', { size_gb: 10, type: 'gp3' }, gp3],
    ['a gp2 has what follows from its size', { size_gb: 10, type: 'gp2' }, { size_gb: 10, type: 'gp2' }],
    [
      'an io2 has what is asked for',
      { size_gb: 10, type: 'io2', iops: 5_000 },
      { size_gb: 10, type: 'io2', iops: 5_000 },
    ],
    [
      'a small gp3 has its standard speed, whatever the ratio',
      { size_gb: 1, type: 'gp3' },
      { ...gp3, size_gb: 1 },
    ],
  ])('%s', (_, wanted, shape) => expect(resolveShape(wanted)).toEqual(shape));

  it.each<[string, VolumeShape, string]>([
    ['too small for st1', { size_gb: 124, type: 'st1' }, 'size_gb: must be from 125 to 16384 for st1'],
    [
      'too large for standard',
      { size_gb: 1_025, type: 'standard' },
      'size_gb: must be from 1 to 1024 for standard',
    ],
    ['io1 without speed', { size_gb: 10, type: 'io1' }, 'iops: must be given for io1'],
    ['gp2 with speed', { size_gb: 10, type: 'gp2', iops: 100 }, 'iops: can not be set for gp2'],
    ['gp3 too slow', { size_gb: 10, type: 'gp3', iops: 2_999 }, 'iops: must be from 3000 to 80000 for gp3'],
    [
      'gp3 too fast for its size',
      { size_gb: 10, type: 'gp3', iops: 5_001 },
      'iops: at most 500 for each GiB of gp3, 5000 here',
    ],
    [
      'too much throughput',
      { size_gb: 10, type: 'gp3', throughput: 751 },
      'throughput: at most 0.25 MiB/s for each operation a second (iops)',
    ],
    [
      'throughput of an io2',
      { size_gb: 10, type: 'io2', iops: 100, throughput: 125 },
      'throughput: can not be set for io2',
    ],
  ])('%s is refused', (_, wanted, message) => expect(() => resolveShape(wanted)).toThrow(message));

  it('keeps what is not asked for, and takes a new type’s speed', () => {
    const fast = { ...gp3, iops: 4_000 };
    expect(changeShape(fast, { size_gb: 20 })).toEqual({ ...fast, size_gb: 20 });
    expect(changeShape(fast, { type: 'gp2' })).toEqual({ size_gb: 10, type: 'gp2' });
    expect(() => changeShape(fast, { size_gb: 9 })).toThrow('size_gb: a volume never shrinks: at least 10');
  });
});
