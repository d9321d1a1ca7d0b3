import type { ApiHandler } from '../platform/http/serve.ts';

type Load = () => Promise<{ handler: ApiHandler }>;

/**
 * A function of several parts. Those under a prefix are loaded when they are first asked for, so that their schemas and
 * rules are no part of the others' cold start; each part has services of its own.
 *
 * @param parts by the prefix of their paths, for example `/lb`: itself, and all below it
 */
export const apart =
  (rest: ApiHandler, parts: Readonly<Record<`/${string}`, Load>>): ApiHandler =>
  async (event, context) => {
    const { rawPath } = event;
    const found = Object.entries(parts).find(
      ([prefix]) => rawPath === prefix || rawPath.startsWith(`${prefix}/`),
    );
    return found ? (await found[1]()).handler(event, context) : rest(event, context);
  };
