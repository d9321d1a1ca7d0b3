import type { VolumeRecord } from './records.ts';

/** When something next happens to a volume by itself. */
export const volumeDue = (volume: VolumeRecord): number | undefined => {
  const dues = [
    volume.creatingUntil,
    volume.deletingUntil,
    volume.attachment?.moving?.due,
    volume.modification?.due,
  ].filter((due) => due !== undefined);
  return dues.length > 0 ? Math.min(...dues) : undefined;
};

/** What a volume counts against the account's gp3 storage; one that grows counts as what it will be. */
export const gp3GiB = ({ type, sizeGiB, modification }: VolumeRecord): number => {
  const { to } = modification?.due === undefined ? { to: { type, sizeGiB } } : modification;
  return to.type === 'gp3' ? Math.max(sizeGiB, to.sizeGiB) : 0;
};
