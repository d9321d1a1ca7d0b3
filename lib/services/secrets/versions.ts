import * as z from 'zod/mini';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Key, Tables, Write } from '../../platform/table/types.ts';
import type { SealedValue } from './envelope.ts';
import { type SecretRecord, secretKind } from './record.ts';

/** A new version takes the place of the oldest beyond these. All of them go in one transaction with their secret. */
export const keptVersions = 20;

type Ref = Pick<SecretRecord, 'tenant' | 'id'>;

/** What may be shown of a version. */
const VersionFacts = z.object({
  version: z.int(),
  /** The user who gave it. */
  created_by: z.string(),
  created_at: z.string(),
});
export type VersionFacts = z.infer<typeof VersionFacts>;

const VersionItem = z.extend(VersionFacts, { ciphertext: z.string(), data_key: z.string() });
export type VersionItem = z.infer<typeof VersionItem>;

/** The versions of one secret: the pattern is no resource's, so the stream's consumers pass them by. */
export const versionsPartition = ({ tenant, id }: Ref): string =>
  `${partitionOf(tenant, secretKind.kind)}#${id}#VERSIONS`;

/** Ten digits, so that keys lie in the order of numbers. */
const versionKey = (secret: Ref, version: number): Key => ({
  pk: versionsPartition(secret),
  sk: String(version).padStart(10, '0'),
});

/** Writes a version that is not there yet. */
export const putVersion = (secret: Ref, facts: VersionFacts, sealed: SealedValue): Write => ({
  put: { ...versionKey(secret, facts.version), ...facts, ...sealed },
  when: { expression: 'attribute_not_exists(pk)' },
});

/** Deletes what a new version pushes out. */
export const dropOldest = (secret: Ref, newest: number): Write[] =>
  newest > keptVersions ? [{ delete: versionKey(secret, newest - keptVersions) }] : [];

/** Numbers of the versions that are kept, newest first. */
const keptNumbers = (newest: number): number[] =>
  Array.from({ length: Math.min(newest, keptVersions) }, (_, index) => newest - index);

/** Deletes every version of a secret that is purged. */
export const dropAll = ({ current_version, ...secret }: SecretRecord): Write[] =>
  keptNumbers(current_version).map((version) => ({ delete: versionKey(secret, version) }));

/** Strongly consistent, as a value that was just given must be read. */
export const findVersion = async (
  tables: Pick<Tables, 'get'>,
  secret: Ref,
  version: number,
  signal?: AbortSignal,
): Promise<VersionItem | undefined> => {
  const item = await tables.get(versionKey(secret, version), { consistent: true, signal });
  return item && VersionItem.parse(item);
};

/** What is known of every kept version but its value, newest first. */
export const listVersions = async (
  tables: Pick<Tables, 'batchGet'>,
  { current_version, ...secret }: SecretRecord,
  signal?: AbortSignal,
): Promise<VersionFacts[]> => {
  const items = await tables.batchGet(
    keptNumbers(current_version).map((version) => versionKey(secret, version)),
    { consistent: true, project: Object.keys(VersionFacts.shape), signal },
  );
  return items.map((item) => VersionFacts.parse(item)).sort((a, b) => b.version - a.version);
};
