import type { HeaderList } from '../../../platform/egress/egress.ts';

const valuesOf = (headers: HeaderList, wanted: string): string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);

/** The directives of all `Cache-Control` headers, in lower case; those without a value have an empty one. */
const directivesOf = (headers: HeaderList): Map<string, string> =>
  new Map(
    valuesOf(headers, 'cache-control')
      .flatMap((value) => value.split(','))
      .map((text) => {
        const [name = '', value = ''] = text.trim().split('=');
        return [name.toLowerCase(), value.replaceAll('"', '')] as const;
      }),
  );

/** Statuses that say something for a while. Partial content is left out: it is answered by the target. */
const cacheable = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/** Headers by which a request is somebody's own. RFC 9111 lets more through; a mistake here shows one caller's data to another. */
const ofSomebody = ['authorization', 'cookie', 'x-api-key', 'range'];

/** Whether an answer to this request may come from the cache, or go into it. */
export const mayUseCache = (method: string, headers: HeaderList): boolean => {
  if (method !== 'GET' || ofSomebody.some((name) => valuesOf(headers, name).length > 0)) return false;
  const directives = directivesOf(headers);
  if (valuesOf(headers, 'pragma').some((value) => value.toLowerCase() === 'no-cache')) return false;
  return !directives.has('no-store') && !directives.has('no-cache') && directives.get('max-age') !== '0';
};

/** Seconds, at most an hour: a process seldom lives longer. */
const longest = 3_600;

/** Seconds that an answer was under way in other caches; 0 where it says nothing, or nonsense. */
export const ageOf = (headers: HeaderList): number => {
  const [age = ''] = valuesOf(headers, 'age');
  return /^\d{1,9}$/.test(age) ? Number(age) : 0;
};

/**
 * Seconds that a shared cache may hand out an answer (RFC 9111, 4.2): only those that the target states; 0 where it states
 * none, or the answer is somebody's own.
 */
export const freshSeconds = (status: number, headers: HeaderList): number => {
  const directives = directivesOf(headers);
  const isPrivate = ['private', 'no-store', 'no-cache', 'must-understand'].some((name) =>
    directives.has(name),
  );
  if (isPrivate || !cacheable.has(status) || valuesOf(headers, 'set-cookie').length > 0) return 0;
  const stated = directives.get('s-maxage') ?? directives.get('max-age');
  if (stated === undefined || !/^\d+$/.test(stated)) return 0;
  return Math.max(0, Math.min(Number(stated), longest) - ageOf(headers));
};

/** Lower-case names that an answer varies by; `undefined` where it varies by what no request shows (`*`). */
export const varyOf = (headers: HeaderList): string[] | undefined => {
  const names = valuesOf(headers, 'vary').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  );
  return names.includes('*') ? undefined : [...new Set(names.filter((name) => name !== ''))].sort();
};
