import { createHmac } from 'node:crypto';

/** JSON with its names in order, so that two ways to write one value are one text. */
const canonical = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, canonical(inner)]),
  );
};

/**
 * What two requests have in common that are the same one: method, path, query and body, each in canonical form. The key goes
 * in as well: what is stored then tells nothing of a password in the body to one who does not have the key.
 */
export const requestHash = (request: {
  key: string;
  method: string;
  path: string;
  rawQuery: string;
  json: unknown;
}): string => {
  const query = new URLSearchParams(request.rawQuery);
  query.sort();
  const parts = [request.method, request.path, query.toString(), canonical(request.json) ?? null];
  return createHmac('sha256', request.key).update(JSON.stringify(parts)).digest('base64url');
};
