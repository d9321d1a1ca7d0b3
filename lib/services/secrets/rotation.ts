import { invalid } from '../../platform/errors/index.ts';
import type { SecretRecord } from './record.ts';
import { defaultRotationDays } from './schema.ts';

/** What a request says of a secret's rotation. */
export interface RotationWish {
  /** Null ends it. */
  rotation_function_id?: string | null | undefined;
  rotation_days?: number | undefined;
}

type Change = { set: Partial<SecretRecord>; remove: readonly (keyof SecretRecord & string)[] };

/** Whether a rotation is asked for, which takes rights; ending one takes none. */
export const isWish = ({ rotation_function_id, rotation_days }: RotationWish): boolean =>
  typeof rotation_function_id === 'string' || rotation_days !== undefined;

const dayMilliseconds = 86_400_000;

/** When a secret is rotated next. @param now milliseconds since the epoch */
export const rotationAfter = (now: number, days: number): string =>
  new Date(now + days * dayMilliseconds).toISOString();

/** What is known of a rotation that has failed. */
export const ofFailure = ['rotation_error', 'rotation_failures'] as const;

/**
 * What becomes of a secret's rotation. The same wish again puts nothing off: only other days, or the first function, count
 * from now. What has failed is tried again at its time, and with a clean sheet.
 * @throws CloudError `INVALID_INPUT` for days without a function
 */
export const rotationChange = (
  current: Partial<SecretRecord>,
  wish: RotationWish,
  { user, now }: { user: string; now: number },
): Change => {
  if (wish.rotation_function_id === null)
    return {
      set: {},
      remove: [
        'rotation_function_id',
        'rotation_days',
        'rotation_user_id',
        'next_rotation_at',
        'next_attempt_at',
        ...ofFailure,
      ],
    };
  if (!isWish(wish)) return { set: {}, remove: [] };
  const rotation_function_id = wish.rotation_function_id ?? current.rotation_function_id;
  if (rotation_function_id === undefined)
    throw invalid('rotation_days', 'is of no use without a rotation_function_id');
  const rotation_days = wish.rotation_days ?? current.rotation_days ?? defaultRotationDays;
  const planned = rotation_days === current.rotation_days ? current.next_rotation_at : undefined;
  const next = planned ?? rotationAfter(now, rotation_days);
  return {
    set: {
      rotation_function_id,
      rotation_days,
      rotation_user_id: user,
      next_rotation_at: next,
      next_attempt_at: next,
    },
    remove: ofFailure,
  };
};
