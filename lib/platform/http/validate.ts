import * as z from 'zod/mini';
import type { Issue } from '../errors/index.ts';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';
import { issueMessage } from './issue-message.ts';
import { invalidInput, issuesOf } from './issues.ts';
import { parseListRequest } from './list-request.ts';
import { parseQuery } from './query.ts';
import type { AnyRoute } from './route.ts';

const options = { error: issueMessage };

/**
 * Parses path parameters, query and body with the route's schemas, and the paging parameters of a list; what the
 * handler then sees is true. All that is wrong is reported at once.
 * @throws CloudError `INVALID_INPUT`
 */
export const validate = (route: Pick<AnyRoute, 'params' | 'query' | 'body' | 'list'>): HttpMiddleware => {
  const validateBefore = ({ event, context }: HttpRequest) => {
    const { exchange } = context;
    const issues: Issue[] = [];
    const parse = (schema: z.ZodMiniType | undefined, value: unknown, root: string): unknown => {
      if (!schema) return value;
      const result = z.safeParse(schema, value, options);
      if (result.success) return result.data;
      issues.push(...issuesOf(result.error, root));
      return undefined;
    };
    exchange.params = parse(route.params, exchange.params, 'path') as Exchange['params'];
    const query = parseQuery(event);
    exchange.query = parse(route.query, query, 'query') as Exchange['query'];
    if (route.list) exchange.list = parseListRequest(route.list, query, issues);
    exchange.body = route.body && parse(route.body, exchange.json, 'body');
    if (issues.length > 0) throw invalidInput(issues);
  };

  return { before: validateBefore };
};

type Exchange = HttpRequest['context']['exchange'];
