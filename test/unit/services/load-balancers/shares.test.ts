import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../../../lib/services/load-balancers/shares.ts';

const groups = (...all: [weight: number, healthy: number, targets?: number][]) =>
  all.map(([weight, healthy, targets = healthy], index) => ({
    groupId: `tg-${index}`,
    weight,
    healthy,
    targets,
  }));

describe('what part of the requests a group gets', () => {
  it.each<[string, ReturnType<typeof groups>, number[]]>([
    ['everything, where it is the only one', groups([7, 4]), [1]],
    ['weight × healthy targets', groups([1, 2], [3, 1]), [2, 3]],
    ['in the smallest numbers of that proportion', groups([2, 2], [4, 3]), [1, 3]],
    ['nothing without a healthy target', groups([1, 2], [50, 0, 3]), [1, 0]],
    ['by all targets, where none is healthy', groups([1, 0, 2], [3, 0, 1]), [2, 3]],
    ['nothing where it is only left over', groups([1, 1], [9, 0, 0]), [1, 0]],
    ['within 0 to 999', groups([100, 99], [97, 1]), [999, 10]],
    ['one part at least', groups([100, 99], [1, 1]), [999, 1]],
  ])('%s', (_, given, shares) => expect(sharesOf(given).map(({ share }) => share)).toEqual(shares));
});
