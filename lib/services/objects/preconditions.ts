import { CloudError } from '../../platform/errors/index.ts';

/** What a request asks of the object's present version (RFC 9110, 13.1). */
export interface Preconditions {
  ifMatch?: string;
  ifNoneMatch?: string;
}

const tag = /(?:W\/)?("[^"]*")/g;

/** Whether one of a header's tags, or `*`, is the one that is there. `undefined`: nothing is there. */
const matches = (header: string, etag: string | undefined): boolean => {
  if (etag === undefined) return false;
  const text = header.trim();
  // Many a client sends the tag without its quotes.
  if (text === '*' || text === etag || `"${text}"` === etag) return true;
  return [...text.matchAll(tag)].some(([, found]) => found === etag);
};

const failed = (header: string): CloudError =>
  new CloudError('PRECONDITION_FAILED', `${header} does not hold for the object as it is`);

/**
 * Checks a change.
 * @param etag of the present version; `undefined` where there is no object
 * @throws CloudError `PRECONDITION_FAILED`
 */
export const checkChange = ({ ifMatch, ifNoneMatch }: Preconditions, etag: string | undefined): void => {
  if (ifMatch !== undefined && !matches(ifMatch, etag)) throw failed('If-Match');
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) throw failed('If-None-Match');
};

/**
 * Checks a download.
 * @returns whether the caller has this version already: the answer is 304
 * @throws CloudError `PRECONDITION_FAILED`
 */
export const isUnchanged = ({ ifMatch, ifNoneMatch }: Preconditions, etag: string): boolean => {
  if (ifMatch !== undefined && !matches(ifMatch, etag)) throw failed('If-Match');
  return ifNoneMatch !== undefined && matches(ifNoneMatch, etag);
};
