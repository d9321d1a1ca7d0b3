import type { VolumeRecord, VpcRecord } from './records.ts';

const earliest = (...dues: (number | undefined)[]): number | undefined => {
  const known = dues.filter((due) => due !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
};

/** When something next happens to a volume by itself. */
export const volumeDue = (volume: VolumeRecord): number | undefined =>
  earliest(
    volume.creatingUntil,
    volume.deletingUntil,
    volume.attachment?.moving?.due,
    volume.modification?.due,
  );

/** When the next of a VPC's blocks is associated or gone. */
export const vpcDue = ({ secondaryBlocks = [] }: VpcRecord): number | undefined =>
  earliest(...secondaryBlocks.map(({ due }) => due));

/** What a volume counts against the account's gp3 storage; one that grows counts as what it will be. */
export const gp3GiB = ({ type, sizeGiB, modification }: VolumeRecord): number => {
  const { to } = modification?.due === undefined ? { to: { type, sizeGiB } } : modification;
  return to.type === 'gp3' ? Math.max(sizeGiB, to.sizeGiB) : 0;
};
