import { notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { atVersion, isFree, versionMoved } from '../../platform/store/signals.ts';
import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Write } from '../../platform/table/types.ts';
import { countedInBucket, forgetEmptyBucket } from './buckets.ts';
import { announce, type ClearBytes, type Due, keyOf, takeBack } from './clearing.ts';
import { headKey, versionKey, versionsPartition } from './keys.ts';
import { keptVersions, recoveryMilliseconds } from './limits.ts';
import { fromNow, type ObjectsParts } from './parts.ts';
import {
  doneEvent,
  type Head,
  headAttributes,
  headOf,
  type Place,
  type Version,
  versionOf,
} from './record.ts';

export const absent = () => notFound('object', 'OBJECT_NOT_FOUND');
const absentVersion = () => notFound('version', 'OBJECT_NOT_FOUND');

/** Bytes that are there, as they become a version. */
export interface Staged {
  due: Due<ClearBytes>;
  version: Version;
}

/** What an object is now, and every change of it: one transaction each, decided on the head's `version`. */
export const createHeads = (parts: ObjectsParts) => {
  const { tables, newId, room } = parts;

  /** As it stands in the table: deleted ones too. */
  const read = async (place: Place, signal?: AbortSignal): Promise<Head | undefined> => {
    const item = await tables.get(headKey(place.tenant, place.bucket, place.key), {
      consistent: true,
      signal,
    });
    return item && headOf(item, place);
  };

  /** The present object. @throws CloudError `OBJECT_NOT_FOUND` */
  const get = async (place: Place, signal?: AbortSignal): Promise<Head> => {
    const head = await read(place, signal);
    if (!head || head.deleted_at) throw absent();
    return head;
  };

  /** Also of a deleted object, while it can be restored. @throws CloudError `OBJECT_NOT_FOUND` */
  const getWhole = async (place: Place, signal?: AbortSignal): Promise<Head> => {
    const head = await read(place, signal);
    if (!head) throw absent();
    return head;
  };

  const getVersion = async (head: Head, id: string, signal?: AbortSignal): Promise<Version> => {
    const item = await tables.get(versionKey(head.tenant, head.id, id), { consistent: true, signal });
    if (!item) throw absentVersion();
    return versionOf(item);
  };

  const write = (before: Head | undefined, after: Head, event: object): Write => ({
    put: { ...headKey(after.tenant, after.bucket, after.key), ...headAttributes(after), event },
    when: before ? atVersion(before.version) : isFree,
    otherwise: versionMoved,
  });

  /** The clearing of a deleted object, taken back where it comes to life again. */
  const keepAlive = (head: Head | undefined): Write[] =>
    head?.purge_at === undefined ? [] : [{ delete: keyOf({ clearing: ofObject(head), due: head.purge_at }) }];

  /** Lets a version's bytes go: at once, or once no signed URL can write them any more. */
  const drop = ({ tenant, id }: Head, version: Version): Write[] => {
    const now = fromNow(parts);
    const until = version.writable_until ?? now;
    const clearing = { what: 'bytes' as const, tenant, id: version.id, reserved: 0 };
    return [
      { delete: versionKey(tenant, id, version.id) },
      announce({ clearing, due: until > now ? until : now }),
    ];
  };

  /** The oldest version, where one more would be too many. Never the one that was present until now. */
  const surplus = async (head: Head | undefined, signal: AbortSignal): Promise<Version | undefined> => {
    if (!head || head.versions <= keptVersions) return undefined;
    const partition = versionsPartition(head.tenant, head.id);
    const oldest = await tables.queryPage({ partition, limit: 2, consistent: true, signal });
    return oldest.items.map(versionOf).find(({ id }) => id !== head.version_id);
  };

  return {
    read,
    get,
    getWhole,
    getVersion,

    /**
     * Makes staged bytes the present version of an object, new, overwritten or come to life again.
     * @param check may throw, given what is there
     */
    commit: (
      caller: Caller,
      place: Place,
      { due, version }: Staged,
      options: { check(head: Head | undefined): void; gone(): Error; extra?(head: Head): readonly Write[] },
    ): Promise<Head> =>
      untilCurrent('object', async () => {
        const { signal } = caller;
        const found = await read(place, signal);
        const alive = found?.deleted_at ? undefined : found;
        options.check(alive);
        const extra = await surplus(found, signal);
        const at = fromNow(parts);
        const { writable_until: _, id: version_id, created_at: __, ...content } = version;
        const after: Head = {
          ...place,
          ...content,
          id: found?.id ?? newId(),
          user_id: alive?.user_id ?? caller.principal.user,
          version_id,
          version: (found?.version ?? 0) + 1,
          versions: (found?.versions ?? 0) + (extra ? 0 : 1),
          created_at: alive?.created_at ?? at,
          updated_at: at,
        };
        const { id: ___, ...stored } = version;
        await tables.transact(
          [
            write(found, after, doneEvent(newId, caller, 'upload', at)),
            { put: { ...versionKey(place.tenant, after.id, version_id), ...stored } },
            takeBack(due, options.gone),
            ...keepAlive(found),
            ...(extra ? drop(after, extra) : []),
            ...room.take(place.tenant, {
              objects: found ? 0 : 1,
              listed: alive ? 0 : 1,
              object_bytes: -(extra?.size_bytes ?? 0),
            }),
            ...countedInBucket(place, found, after),
            ...(options.extra?.(after) ?? []),
          ],
          { signal },
        );
        return after;
      }),

    /**
     * Deletes: hidden at once, restorable until it is cleared away; with `permanent` that is due now.
     * @throws CloudError `OBJECT_NOT_FOUND`
     */
    remove: (
      caller: Caller,
      place: Place,
      options: { permanent: boolean; check(head: Head): void },
    ): Promise<void> =>
      untilCurrent('object', async () => {
        const { signal } = caller;
        const head = await read(place, signal);
        if (!head || (head.deleted_at && !options.permanent)) throw absent();
        options.check(head);
        const at = fromNow(parts);
        const purge_at = options.permanent ? at : fromNow(parts, recoveryMilliseconds);
        const after: Head = {
          ...head,
          version: head.version + 1,
          updated_at: at,
          deleted_at: head.deleted_at ?? at,
          purge_at,
        };
        await tables.transact(
          [
            write(head, after, doneEvent(newId, caller, 'delete', at)),
            ...(head.purge_at === purge_at ? [] : keepAlive(head)),
            announce({ clearing: ofObject(head), due: purge_at }),
            ...room.take(place.tenant, { listed: head.deleted_at ? 0 : -1 }),
            ...countedInBucket(place, head, after),
          ],
          { signal },
        );
      }),

    /** Deletes one version that is not the present one, for good. @throws CloudError `OBJECT_NOT_FOUND`, `CONFLICT` */
    removeVersion: (caller: Caller, place: Place, id: string, isPresent: () => Error): Promise<void> =>
      untilCurrent('object', async () => {
        const { signal } = caller;
        const head = await getWhole(place, signal);
        const version = await getVersion(head, id, signal);
        if (id === head.version_id) throw isPresent();
        const at = fromNow(parts);
        const after: Head = { ...head, version: head.version + 1, versions: head.versions - 1 };
        await tables.transact(
          [
            write(head, after, doneEvent(newId, caller, 'delete_version', at)),
            ...drop(head, version),
            ...room.take(place.tenant, { object_bytes: -version.size_bytes }),
          ],
          { signal },
        );
      }),

    /** Makes a version the present one again, of a deleted object too. @throws CloudError `OBJECT_NOT_FOUND` */
    restore: (caller: Caller, place: Place, id: string): Promise<Head> =>
      untilCurrent('object', async () => {
        const { signal } = caller;
        const head = await getWhole(place, signal);
        const { size_bytes, content_type, etag } = await getVersion(head, id, signal);
        if (id === head.version_id && !head.deleted_at) return head;
        const at = fromNow(parts);
        const { deleted_at, purge_at: _, ...alive } = head;
        const after: Head = {
          ...alive,
          size_bytes,
          content_type,
          etag,
          version_id: id,
          version: head.version + 1,
          updated_at: at,
        };
        await tables.transact(
          [
            write(head, after, doneEvent(newId, caller, 'restore', at)),
            ...keepAlive(head),
            ...room.take(place.tenant, { listed: deleted_at ? 1 : 0 }),
            ...countedInBucket(place, head, after),
          ],
          { signal },
        );
        return after;
      }),

    /** Every version, newest first. */
    async versions(head: Head, signal?: AbortSignal): Promise<Version[]> {
      const found: Version[] = [];
      const partition = versionsPartition(head.tenant, head.id);
      for await (const item of tables.query({ partition, descending: true, consistent: true, signal }))
        found.push(versionOf(item));
      return found;
    },

    /** Ends a deleted object whose time has come: its item, its versions, its quota. @returns false where it lives again */
    async purge(place: Place, due: string, signal?: AbortSignal): Promise<boolean> {
      const head = await read(place, signal);
      if (head?.purge_at !== due) return false;
      const versions = await this.versions(head, signal);
      const bytes = versions.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
      await tables.transact(
        [
          {
            delete: headKey(place.tenant, place.bucket, place.key),
            when: atVersion(head.version),
            otherwise: versionMoved,
          },
          { delete: keyOf({ clearing: ofObject(head), due }) },
          ...versions.flatMap((version) => drop(head, version)),
          ...room.take(place.tenant, { objects: -1, object_bytes: -bytes }),
        ],
        { signal },
      );
      await forgetEmptyBucket(tables, place, signal);
      return true;
    },
  };
};

export type Heads = ReturnType<typeof createHeads>;

const ofObject = ({ tenant, id, bucket, key }: Head) => ({
  what: 'object' as const,
  tenant,
  id,
  bucket,
  key,
});
