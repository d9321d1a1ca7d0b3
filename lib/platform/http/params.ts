import httpUrlencodePathParser from '@middy/http-urlencode-path-parser';
import * as z from 'zod/mini';
import { parseId } from '../ids.ts';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';
import { invalidInput } from './issues.ts';
import { unsafeText } from './text.ts';

/** A path parameter that must be a UUID, in any form of contract 1.4; gives the canonical one. */
export const IdParam = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const id = parseId(text);
    if (id !== undefined) return id;
    context.issues.push({ code: 'custom', message: 'must be a UUID', input: text });
    return z.NEVER;
  }),
);

/** `params` of a route whose one parameter is `:id`, a UUID. Where names are accepted too, leave `params` out. */
export const IdParams = z.object({ id: IdParam });

/**
 * Path parameters, decoded. API Gateway decodes before it routes and a laptop need not, which does no harm to do twice:
 * no name of the contract holds a `%`.
 * @throws CloudError `INVALID_INPUT` for what can't be decoded or is unsafe
 */
export const parseParams = (): HttpMiddleware => {
  const official = httpUrlencodePathParser() as HttpMiddleware;

  const parseParamsBefore = (request: HttpRequest) => {
    official.before?.(request);
    const { exchange } = request.context;
    const params: Record<string, string> = {};
    for (const [name, value = ''] of Object.entries(request.event.pathParameters ?? {})) {
      const reason = unsafeText(value);
      if (reason) throw invalidInput([{ path: name, message: reason }]);
      params[name] = value;
    }
    exchange.params = params;
  };

  return { before: parseParamsBefore };
};
