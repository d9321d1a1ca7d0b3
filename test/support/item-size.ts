/**
 * Bytes of an item as DynamoDB counts them, without the 100 bytes that its storage adds.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemSize = (value: unknown): number => {
  if (value === undefined) return 0;
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).length / 2) + 1;
  if (Array.isArray(value)) return 3 + value.reduce((sum, one) => sum + 1 + itemSize(one), 0);
  return 3 + attributesSize(value as object) + Object.keys(value as object).length;
};

/** Bytes of names and values; an item itself has no overhead of a map. */
export const attributesSize = (item: object): number =>
  Object.entries(item)
    .filter(([, value]) => value !== undefined)
    .reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + itemSize(value), 0);
