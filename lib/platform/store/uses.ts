import { CloudError, notFound } from '../errors/index.ts';
import { BackendError } from '../lifecycle/types.ts';
import { usesKey } from '../table/keys.ts';
import type { Item, Key, Tables, Write } from '../table/types.ts';

/** A resource that others are placed in or refer to. */
export interface Parent {
  tenant: string;
  id: string;
}

const numberIn = (item: Item | undefined, attribute: string): number => {
  const value = item?.[attribute];
  return typeof value === 'number' ? value : 0;
};

/** Users of one sort, of which a parent takes only so many. */
export interface Sort {
  /** Attribute that counts them, for example `scaling_groups`. */
  name: string;
  /** For the refusal, for example `scaling groups`. */
  label: string;
  most: number;
}

export interface UsesOptions {
  /** The parent's kind, for example `SUBNET`. */
  kind: string;
  /** The parent's label, for example `subnet`. */
  label: string;
  /** What a place is, where parents have a number of them, for example `free addresses`. */
  places?: string;
}

/**
 * Who uses a parent, counted in one item beside it: `live` users keep it from being deleted, and `held` places are free
 * again when the cloud says so. Users join in the very transaction that makes them, and a delete closes the item in its
 * own: so nobody joins what is being deleted, and nothing is deleted that somebody has just joined. The parent's record is
 * never written for it (architecture 5).
 */
export const createUses = ({ kind, label, places = 'room' }: UsesOptions) => {
  const keyOf = ({ tenant, id }: Parent): Key => usesKey(tenant, kind, id);

  const refusal = (found: Item | undefined, sort?: Sort): Error => {
    if (!found || found.closed) return notFound(label);
    if (sort && numberIn(found, sort.name) >= sort.most)
      return new CloudError(
        'RESOURCE_LIMIT_EXCEEDED',
        `the ${label} has ${sort.most} ${sort.label} already, which is the most`,
      );
    return new CloudError(
      'RESOURCE_LIMIT_EXCEEDED',
      `the ${label} has no ${places} left (${numberIn(found, 'held')} of ${numberIn(found, 'capacity')} in use)`,
    );
  };

  return {
    /** Part of the parent's creation. @param capacity places that it has; left out: any number */
    open: (parent: Parent, { capacity }: { capacity?: number } = {}): Write => ({
      put: { ...keyOf(parent), live: 0, held: 0, ...(capacity !== undefined && { capacity }) },
    }),

    /**
     * Counts users in, and the places that they take, if any.
     * @param count of users; `sort` is what they are, where there may be only so many; `held` and `capacity` are for parents with a number of places: `capacity` as it was opened with
     * @throws CloudError `NOT_FOUND` for a parent that is gone or being deleted, `RESOURCE_LIMIT_EXCEEDED` for a full one
     */
    join: (
      parent: Parent,
      {
        count = 1,
        held = 0,
        capacity,
        sort,
      }: { count?: number; held?: number; capacity?: number; sort?: Sort } = {},
    ): Write => {
      if (held > 1 && capacity === undefined) throw new Error(`the capacity of the ${label} must be given`);
      // A condition can't add: for one place it compares with the stored capacity, for more it must be told it.
      const room = held === 1 ? '#held < #capacity' : '#held <= :room';
      return {
        update: keyOf(parent),
        add: { live: count, ...(held > 0 && { held }), ...(sort && { [sort.name]: count }) },
        when: {
          expression: `attribute_exists(pk) AND attribute_not_exists(#closed)${
            held > 0 ? ` AND (attribute_not_exists(#capacity) OR ${room})` : ''
          }${sort ? ' AND (attribute_not_exists(#sort) OR #sort <= :few)' : ''}`,
          names: {
            '#closed': 'closed',
            ...(held > 0 && { '#held': 'held', '#capacity': 'capacity' }),
            ...(sort && { '#sort': sort.name }),
          },
          ...((held > 1 || sort) && {
            values: {
              ...(held > 1 && { ':room': (capacity ?? 0) - held }),
              ...(sort && { ':few': sort.most - count }),
            },
          }),
        },
        otherwise: (found) => refusal(found, sort),
      };
    },

    /** A user that is being deleted no longer keeps the parent from it; its places are still taken. */
    leave: (parent: Parent, { sort }: { sort?: Pick<Sort, 'name'> } = {}): Write => ({
      update: keyOf(parent),
      add: { live: -1, ...(sort && { [sort.name]: -1 }) },
    }),

    /** The places that a user held are free. */
    release: (parent: Parent, held = 1): Write => ({ update: keyOf(parent), add: { held: -held } }),

    /**
     * Part of the parent's delete: from now on nobody joins.
     * @param inUse says what uses it, where something does; a CloudError
     */
    close: (parent: Parent, inUse: (live: number) => Error): Write => ({
      update: keyOf(parent),
      set: { closed: true },
      when: {
        expression: 'attribute_not_exists(#live) OR #live <= :none',
        names: { '#live': 'live' },
        values: { ':none': 0 },
      },
      otherwise: (found) => inUse(numberIn(found, 'live')),
    }),

    /** Part of the parent's `forget`. @throws BackendError `not_yet` while users that are going still hold places */
    end: (parent: Parent): Write => ({
      delete: keyOf(parent),
      when: {
        expression: 'attribute_not_exists(#held) OR #held <= :none',
        names: { '#held': 'held' },
        values: { ':none': 0 },
      },
      otherwise: () => new BackendError('not_yet', `waiting for what is being deleted in the ${label}`),
    }),

    /**
     * How many keep the parent from being deleted, how many places are taken, and whether nobody may join any more;
     * strongly consistent.
     */
    async read(
      tables: Pick<Tables, 'get'>,
      parent: Parent,
      signal?: AbortSignal,
    ): Promise<{ live: number; held: number; closed: boolean }> {
      const item = await tables.get(keyOf(parent), { consistent: true, signal });
      return {
        live: numberIn(item, 'live'),
        held: numberIn(item, 'held'),
        closed: item?.closed === true,
      };
    },
  };
};

export type Uses = ReturnType<typeof createUses>;
