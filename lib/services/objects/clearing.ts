import * as z from 'zod/mini';
import type { Item, Key, Write } from '../../platform/table/types.ts';
import { clearingKey } from './keys.ts';

/**
 * What is to be cleared away when it is due. It is written before what it clears can be there, and taken back in the very
 * transaction that makes use of it: so whatever dies in between, nothing is left behind, and nothing in use goes.
 */
export const Clearing = z.discriminatedUnion('what', [
  z.object({
    /** Bytes that no version has (yet, or any more). */
    what: z.literal('bytes'),
    tenant: z.string(),
    /** The version's id. */
    id: z.string(),
    /** Bytes of the tenant's quota that are held for them. */
    reserved: z.int(),
    /** The upload that they belong to. */
    upload: z.optional(z.string()),
    /** Amazon S3's name of an upload in parts. */
    parts: z.optional(z.string()),
    /** The quota is given back and the upload is gone: only the bytes are left. */
    claimed: z.optional(z.boolean()),
  }),
  z.object({
    /** A deleted object with all its versions. */
    what: z.literal('object'),
    tenant: z.string(),
    id: z.string(),
    bucket: z.string(),
    key: z.string(),
  }),
]);
export type Clearing = z.infer<typeof Clearing>;
export type ClearBytes = Extract<Clearing, { what: 'bytes' }>;
export type ClearObject = Extract<Clearing, { what: 'object' }>;

/** A clearing and when it is due, RFC 3339. */
export interface Due<T extends Clearing = Clearing> {
  clearing: T;
  due: string;
}

export const keyOf = ({ clearing, due }: Due): Key => clearingKey(clearing.id, due);

export const announce = (due: Due): Write => ({ put: { ...keyOf(due), ...due.clearing } });

/** Keeps what was announced; refused where the clearing has begun. */
export const takeBack = (due: Due, otherwise: () => Error): Write => ({
  delete: keyOf(due),
  when: {
    expression: 'attribute_exists(pk) AND attribute_not_exists(#claimed)',
    names: { '#claimed': 'claimed' },
  },
  otherwise,
});

export const dueOf = (item: Item): Due => ({
  clearing: Clearing.parse(item),
  due: String(item.sk).split('#', 1)[0] ?? '',
});
