import type { Condition } from '../table/types.ts';

/** The record is not at the version that the change was decided on. Never leaves the store. */
export class VersionMoved extends Error {
  override readonly name = 'VersionMoved';
}

/** Still the version that was read. */
export const atVersion = (version: number): Condition => ({
  expression: '#version = :version',
  names: { '#version': 'version' },
  values: { ':version': version },
});

export const versionMoved = (): VersionMoved => new VersionMoved('the record has moved on');

export const isFree: Condition = { expression: 'attribute_not_exists(pk)' };
