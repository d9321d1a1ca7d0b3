import { invalid } from '../../platform/errors/index.ts';
import type { RawRequest } from '../../platform/http/raw-request.ts';
import { MediaType } from './content-type.ts';
import { type CopySource, copySourceHeader, copySourceOf } from './copy-source.ts';

/** The headers that mean something to an object. */
export interface GivenHeaders {
  ifMatch?: string;
  ifNoneMatch?: string;
  range?: string;
  contentType?: string;
  copySource?: CopySource;
}

/** Characters of a condition or range: room for dozens of tags. */
const maxHeader = 4_096;

/**
 * Reads them.
 * @throws CloudError `INVALID_INPUT` for a media type or a source that is none, or a header that is too long
 */
export const givenHeaders = ({ headers }: Pick<RawRequest, 'headers'>): GivenHeaders => {
  const read = (name: string): string | undefined => {
    const values = headers.filter(([one]) => one === name).map(([, value]) => value);
    if (values.length === 0) return undefined;
    const joined = values.join(', ');
    if (joined.length > maxHeader) throw invalid(name, `must have at most ${maxHeader} characters`);
    return joined;
  };
  const contentType = read('content-type');
  if (contentType !== undefined && contentType !== '' && !MediaType.safeParse(contentType).success)
    throw invalid('content-type', 'must be a media type, for example image/png');
  const copySource = read(copySourceHeader);
  return {
    ifMatch: read('if-match'),
    ifNoneMatch: read('if-none-match'),
    range: read('range'),
    contentType: contentType === '' ? undefined : contentType,
    ...(copySource !== undefined && { copySource: copySourceOf(copySource) }),
  };
};
