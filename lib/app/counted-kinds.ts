/**
 * Kinds whose resources are counted for each tenant. Their counters are written when the tenant registers, so that its
 * first resource costs no more than any other: a new item of the table of record is also a new item of its slim index.
 */
export const countedKinds: readonly string[] = ['INSTANCE'];
