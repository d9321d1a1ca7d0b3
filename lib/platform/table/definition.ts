interface Attribute {
  name: string;
  type: 'S' | 'N';
}

interface IndexDefinition {
  name: string;
  partitionKey: Attribute;
  sortKey: Attribute;
  /** Attributes beside the keys, or the keys alone. */
  projection: 'KEYS_ONLY' | readonly string[];
}

export interface TableDefinition {
  partitionKey: Attribute;
  sortKey: Attribute;
  indexes: readonly IndexDefinition[];
  /** Old and new images. */
  stream: boolean;
  /** The attribute that holds the time to live, in epoch seconds. */
  timeToLive?: string;
}

const pk = { name: 'pk', type: 'S' } as const;
const sk = { name: 'sk', type: 'S' } as const;

/** What the slim replica holds beside the keys: filters know nothing else of a resource. */
export const slimAttributes = [
  'name',
  'status',
  'zone',
  'tags',
  'deleted_at',
  'subnet_id',
  'security_group_ids',
] as const;
export type SlimAttribute = (typeof slimAttributes)[number];

/** The table of record. CDK, the engine and the tests all make it from this. */
export const recordTable: TableDefinition = {
  partitionKey: pk,
  sortKey: sk,
  stream: true,
  indexes: [
    /** A slim replica under the table's own keys: filters, other sort orders and skipped pages read it. */
    {
      name: 'slim',
      partitionKey: pk,
      sortKey: sk,
      projection: slimAttributes,
    },
    /** Sparse: kinds whose names are not unique, `nsk` = `<name>#<id>`. */
    { name: 'byName', partitionKey: pk, sortKey: { name: 'nsk', type: 'S' }, projection: 'KEYS_ONLY' },
    /** Sparse: what needs attention, by shard and due time. */
    {
      name: 'work',
      partitionKey: { name: 'wpk', type: 'S' },
      sortKey: { name: 'wsk', type: 'S' },
      projection: 'KEYS_ONLY',
    },
  ],
};

/** Idempotency records, leases, rate buckets, sessions, action history: all that has a time to live. */
export const ephemeralTable: TableDefinition = {
  partitionKey: pk,
  sortKey: sk,
  stream: false,
  timeToLive: 'expires_at',
  indexes: [],
};
