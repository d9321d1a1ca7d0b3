import { isRecord } from '../template/types.ts';

/** A template's numbers and booleans may come as text, as CloudFormation allows. */
export const asNumber = (value: unknown): number | undefined =>
  value === undefined || value === null || value === '' ? undefined : Number(value);

export const asBoolean = (value: unknown): boolean => value === true || value === 'true';

export const asString = (value: unknown): string | undefined =>
  value === undefined ? undefined : String(value);

export const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

export const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

/** Text as it stands, anything else as JSON. */
export const asJsonText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
