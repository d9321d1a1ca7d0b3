import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Image = Record<string, AttributeValue>;

export const textOf = (value: AttributeValue | undefined): string => value?.S ?? '';

export const numberOf = (value: AttributeValue | undefined): number | undefined =>
  value?.N === undefined ? undefined : Number(value.N);

const typeOf = (value: AttributeValue): string => Object.keys(value)[0] as string;

export const isOfType = (value: AttributeValue, type: string): boolean => typeOf(value) === type;

const normal = (value: AttributeValue): unknown => {
  if (value.N !== undefined) return { N: Number(value.N) };
  if (value.L) return { L: value.L.map(normal) };
  if (value.M)
    return { M: Object.fromEntries(Object.entries(value.M).map(([name, one]) => [name, normal(one)])) };
  if (value.SS) return { SS: [...value.SS].sort() };
  if (value.NS) return { NS: value.NS.map(Number).sort((a, b) => a - b) };
  return value;
};

export const isEqual = (a: AttributeValue, b: AttributeValue): boolean => {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return b.N !== undefined && Number(a.N) === Number(b.N);
  return isDeepStrictEqual(normal(a), normal(b));
};

/** Negative, 0 or positive; undefined for what has no order, or not the same type. */
export const compare = (a: AttributeValue, b: AttributeValue): number | undefined => {
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
};

export const contains = (value: AttributeValue, wanted: AttributeValue): boolean => {
  if (value.S !== undefined) return wanted.S !== undefined && value.S.includes(wanted.S);
  if (value.L) return value.L.some((one) => isEqual(one, wanted));
  if (value.SS) return wanted.S !== undefined && value.SS.includes(wanted.S);
  if (value.NS) return wanted.N !== undefined && value.NS.map(Number).includes(Number(wanted.N));
  return false;
};

export const sizeOf = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B) return value.B.length;
  return (value.L ?? value.SS ?? value.NS ?? Object.keys(value.M ?? {})).length;
};
