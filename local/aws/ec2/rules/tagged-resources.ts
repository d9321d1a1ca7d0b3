import type { ResourceType } from '@aws-sdk/client-ec2';
import type { AccountStore } from '../store/account-store.ts';
import type { Resource, Tags } from '../store/records.ts';
import { invalidParameterValue } from './errors.ts';
import { type Kind, kinds } from './kinds.ts';
import { getOne } from './lookup.ts';

/** A resource as the tag actions see it. */
export interface Tagged {
  id: string;
  resourceType: ResourceType;
  tags: Tags;
  /** Writes other tags in place of these. */
  retag(tags: Tags): void;
}

const taggedAs = <T extends Resource>(kind: Kind<T>, record: T, store: AccountStore): Tagged => ({
  id: record.id,
  resourceType: kind.resourceType,
  tags: record.tags,
  retag: (tags) => void kind.shelf(store).put({ ...record, tags }),
});

/** Kinds by what they have in common; each reads and writes only its own records. */
const allKinds = Object.values(kinds) as unknown as Kind<Resource>[];

/**
 * Finds what an id of any kind names.
 * @throws InvalidParameterValue for an id of no known kind, else the kind's NotFound or Malformed
 */
export const getTagged = (id: string, call: AccountStore & { now: number }): Tagged => {
  for (const kind of allKinds)
    if (id.startsWith(`${kind.prefix}-`)) return taggedAs(kind, getOne(kind, id, call), call);
  throw invalidParameterValue(`The ID '${id}' is not valid`);
};

/** As getTagged, but undefined for what isn't there; visible or not. */
export const findTagged = (id: string, store: AccountStore): Tagged | undefined => {
  const kind = allKinds.find(({ prefix }) => id.startsWith(`${prefix}-`));
  const record = kind?.shelf(store).find(id);
  return kind && record && taggedAs(kind, record, store);
};

/** Everything that can bear tags in the caller's account. */
export const listTagged = (store: AccountStore): Tagged[] =>
  allKinds.flatMap((kind) =>
    kind
      .shelf(store)
      .list()
      .map((record) => taggedAs(kind, record, store)),
  );
