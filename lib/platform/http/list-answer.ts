import type { ListRequest } from './list.ts';
import type { Listed } from './route.ts';

/** Items that a following request asks for: as many as a page can have. */
const followingPageSize = '100';

const next = (path: string, rawQuery: string, cursor: string, paged: boolean): string => {
  const query = new URLSearchParams(rawQuery);
  query.delete('page');
  query.set('cursor', cursor);
  if (!paged) query.set('pageSize', followingPageSize);
  return `<${path}?${query}>; rel="next"`;
};

/** The headers of a list: the page where one was asked for, the way to the rest where the body can't tell it. */
export const listHeaders = (
  listed: Listed<unknown>,
  request: { list: ListRequest; bare: boolean; path: string; rawQuery: string },
): Record<string, string> => ({
  ...(listed.page && { 'X-Pagination': JSON.stringify(listed.page) }),
  ...(listed.nextCursor !== undefined &&
    (request.bare || !request.list.paged) && {
      Link: next(request.path, request.rawQuery, listed.nextCursor, request.list.paged),
    }),
});
