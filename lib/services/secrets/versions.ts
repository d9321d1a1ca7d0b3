import * as z from 'zod/mini';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Key, Tables, Write } from '../../platform/table/types.ts';
import type { KeyContext } from './backend.ts';
import { type SecretRecord, secretKind } from './record.ts';
import { SealedValue } from './sealed-value.ts';

/** A new version takes the place of the oldest beyond these. All of them go in one transaction with their secret. */
export const keptVersions = 20;

type Ref = Pick<SecretRecord, 'tenant' | 'id'>;

/** What may be shown of a version. */
const VersionFacts = z.object({
  version: z.int(),
  /** The user who gave it, or `rotation`. */
  created_by: z.string(),
  created_at: z.string(),
});
export type VersionFacts = z.infer<typeof VersionFacts>;

/** What the value of a version is sealed for. */
export const contextOf = ({ tenant, id }: Ref, version: number): KeyContext => ({
  tenant,
  secret: id,
  version,
});

/** The versions of one secret: the pattern is no resource's, so the stream's consumers pass them by. */
export const versionsPartition = ({ tenant, id }: Ref): string =>
  `${partitionOf(tenant, secretKind.kind)}#${id}#VERSIONS`;

/** Facts and value are items of their own, so that a list need not read values, which are paid by the byte. */
type Part = 'FACTS' | 'VALUE';

/** Ten digits, so that keys lie in the order of numbers. */
const keyOf = (secret: Ref, part: Part, version: number): Key => ({
  pk: versionsPartition(secret),
  sk: `${part}#${String(version).padStart(10, '0')}`,
});

const drop = (secret: Ref, version: number): Write[] => [
  { delete: keyOf(secret, 'FACTS', version) },
  { delete: keyOf(secret, 'VALUE', version) },
];

const isNew = { expression: 'attribute_not_exists(pk)' };

/** Writes a version that is not there yet, and drops the one that it pushes out. */
export const addVersion = (secret: Ref, facts: VersionFacts, sealed: SealedValue): Write[] => [
  { put: { ...keyOf(secret, 'FACTS', facts.version), ...facts }, when: isNew },
  { put: { ...keyOf(secret, 'VALUE', facts.version), ...sealed }, when: isNew },
  ...(facts.version > keptVersions ? drop(secret, facts.version - keptVersions) : []),
];

/** Drops every version of a secret that is purged. */
export const dropVersions = ({ current_version, ...secret }: SecretRecord): Write[] =>
  Array.from({ length: Math.min(current_version, keptVersions) }, (_, index) =>
    drop(secret, current_version - index),
  ).flat();

/** Strongly consistent, as a value that was just given must be read. */
export const findValue = async (
  tables: Pick<Tables, 'get'>,
  secret: Ref,
  version: number,
  signal?: AbortSignal,
): Promise<SealedValue | undefined> => {
  const item = await tables.get(keyOf(secret, 'VALUE', version), { consistent: true, signal });
  return item && SealedValue.parse(item);
};

/** What is known of every kept version, newest first. */
export const listVersions = async (
  tables: Pick<Tables, 'query'>,
  secret: Ref,
  signal?: AbortSignal,
): Promise<VersionFacts[]> => {
  const items = tables.query({
    partition: versionsPartition(secret),
    sort: { beginsWith: 'FACTS#' },
    descending: true,
    consistent: true,
    signal,
  });
  const facts: VersionFacts[] = [];
  for await (const item of items) facts.push(VersionFacts.parse(item));
  return facts;
};
