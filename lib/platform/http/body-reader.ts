import { parseBody, takeRawBody } from './body.ts';
import type { HttpMiddleware } from './exchange.ts';
import type { AnyRoute } from './route.ts';

/** A form, or JSON where the content type names no form. What reads forms is loaded with the first of them. */
const parseForm = (): HttpMiddleware => {
  const json = parseBody();
  return {
    before: async (request) => {
      const type = request.event.headers['content-type'] ?? '';
      if (!/^multipart\/form-data\s*;/i.test(type)) return json.before?.(request);
      const { readForm } = await import('./form.ts');
      request.context.exchange.json = await readForm(request.event);
    },
  };
};

/** What makes of a body what the route's schema is to look at. */
export const readerOf = ({ bodyKind = 'json' }: Pick<AnyRoute, 'bodyKind'>): HttpMiddleware => {
  if (bodyKind === 'raw') return takeRawBody();
  return bodyKind === 'form' ? parseForm() : parseBody();
};
