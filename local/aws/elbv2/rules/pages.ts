import { validationError } from './errors.ts';

interface PageRequest {
  Marker?: string;
  PageSize?: number;
}

const maxPageSize = 400;

/**
 * One page, in order of creation. A marker is the id of the last one before.
 * @throws ValidationError
 */
export const pageOf = <T extends { id: string }>(
  records: readonly T[],
  { Marker: marker, PageSize: size = maxPageSize }: PageRequest,
): { records: T[]; nextMarker?: string } => {
  if (!Number.isInteger(size) || size < 1 || size > maxPageSize)
    throw validationError(`PageSize must be between 1 and ${maxPageSize}`);
  const after = marker === undefined ? undefined : Buffer.from(marker, 'base64').toString();
  const start = after === undefined ? 0 : records.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw validationError(`The marker '${marker}' is not valid`);
  const page = records.slice(start, start + size);
  const last = page.at(-1);
  const isLast = !last || start + page.length >= records.length;
  return isLast ? { records: page } : { records: page, nextMarker: Buffer.from(last.id).toString('base64') };
};
