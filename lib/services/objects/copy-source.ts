import * as z from 'zod/mini';
import { invalid } from '../../platform/errors/index.ts';
import { ObjectName, Uuid } from './schema.ts';

/** The header that says what to copy, as Amazon S3's `x-amz-copy-source` does. */
export const copySourceHeader = 'x-copy-source';

const CopySource = z.object({ name: ObjectName, versionId: z.optional(Uuid) });
export type CopySource = z.infer<typeof CopySource>;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) throw invalid(copySourceHeader, 'is not well-formed percent-encoding');
    throw cause;
  }
};

/**
 * Reads `/bucket/key`, percent-encoded, with or without the first slash, and with `?version_id=…` for one of its versions.
 * @throws CloudError `INVALID_INPUT`
 */
export const copySourceOf = (header: string): CopySource => {
  const [, bucket = '', key = '', query = ''] =
    /^\/?([^/?]*)\/?([^?]*)(?:\?(.*))?$/s.exec(header.trim()) ?? [];
  const parameters = new URLSearchParams(query);
  const versionId = parameters.get('version_id') ?? undefined;
  if ([...parameters.keys()].some((name) => name !== 'version_id'))
    throw invalid(copySourceHeader, 'has a parameter that is not version_id');
  const parsed = z.safeParse(CopySource, { name: { bucket: decoded(bucket), key: decoded(key) }, versionId });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(
    copySourceHeader,
    `${String(issue?.path.at(-1) ?? '')} ${issue?.message ?? 'can not be read'}`.trim(),
  );
};
