import type { Write } from '../../platform/table/types.ts';
import { type ClearBytes, type Due, keyOf } from './clearing.ts';
import type { Heads } from './heads.ts';
import { uploadKey } from './keys.ts';
import type { ObjectsParts } from './parts.ts';

/** Somebody makes use of the bytes, or another sweep has begun with them. */
class TakenBack extends Error {}

/** Clears away one thing that is due. Each step can be done again, and by two at once. */
export const createClear = (
  { tables, room, blobs }: Pick<ObjectsParts, 'tables' | 'room' | 'blobs'>,
  heads: Pick<Heads, 'purge'>,
) => {
  /** Gives the quota back and ends the upload, once: from here on nobody can make use of the bytes. */
  const claim = async (due: Due<ClearBytes>, signal?: AbortSignal): Promise<void> => {
    const { tenant, reserved, upload } = due.clearing;
    const begun: Write = {
      update: keyOf(due),
      set: { claimed: true },
      when: {
        expression: 'attribute_exists(pk) AND attribute_not_exists(#claimed)',
        names: { '#claimed': 'claimed' },
      },
      otherwise: () => new TakenBack(),
    };
    const ended: Write[] = upload === undefined ? [] : [{ delete: uploadKey(tenant, upload) }];
    await tables.transact([begun, ...ended, ...room.take(tenant, { object_bytes: -reserved })], { signal });
  };

  const bytes = async (due: Due<ClearBytes>, signal: AbortSignal): Promise<boolean> => {
    const { clearing } = due;
    try {
      if (!clearing.claimed) await claim(due, signal);
    } catch (error) {
      if (error instanceof TakenBack) return false;
      throw error;
    }
    const store = await blobs();
    if (clearing.parts !== undefined) await store.abortParts(clearing, clearing.parts, signal);
    await store.delete(clearing, signal);
    await tables.write({ delete: keyOf(due) }, { signal });
    return true;
  };

  /** @returns whether anything was cleared away: false where it is in use again */
  return async (due: Due, signal: AbortSignal): Promise<boolean> => {
    if (due.clearing.what === 'bytes') return bytes({ ...due, clearing: due.clearing }, signal);
    if (await heads.purge(due.clearing, due.due, signal)) return true;
    await tables.write({ delete: keyOf(due) }, { signal });
    return false;
  };
};

export type Clear = ReturnType<typeof createClear>;
