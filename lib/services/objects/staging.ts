import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Write } from '../../platform/table/types.ts';
import { announce, type ClearBytes, type Due } from './clearing.ts';
import { fromNow, type ObjectsParts } from './parts.ts';

/** Bytes on their way in: what they will take of the quota is held before any of them is stored. */
export const createStaging = (parts: ObjectsParts) => {
  /**
   * Holds room for a new version's bytes, and announces that they go where nobody has made use of them when that is due.
   * @param due RFC 3339
   * @throws CloudError `RESOURCE_LIMIT_EXCEEDED`
   */
  const holdUntil = async (
    held: Omit<ClearBytes, 'what' | 'claimed'>,
    due: string,
    options: { extra?: readonly Write[]; signal: AbortSignal },
  ): Promise<Due<ClearBytes>> => {
    const clearing = { what: 'bytes' as const, ...held };
    await untilCurrent('object', () =>
      parts.tables.transact(
        [
          announce({ clearing, due }),
          ...parts.room.take(held.tenant, { object_bytes: held.reserved }),
          ...(options.extra ?? []),
        ],
        { signal: options.signal },
      ),
    );
    return { clearing, due };
  };

  return {
    holdUntil,
    /** The same, from now on for some milliseconds. */
    hold: (
      held: Omit<ClearBytes, 'what' | 'claimed'>,
      milliseconds: number,
      options: { signal: AbortSignal },
    ): Promise<Due<ClearBytes>> => holdUntil(held, fromNow(parts, milliseconds), options),
  };
};

export type Staging = ReturnType<typeof createStaging>;
