import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Issue } from '../errors/index.ts';
import { invalidInput } from './issues.ts';
import { unsafeText } from './text.ts';

/**
 * The query's parameters by name. API Gateway joins repeated ones with commas, so they are read from the raw text:
 * one that is given twice has no meaning here and is refused.
 * @throws CloudError `INVALID_INPUT` naming each repeated or unsafe parameter
 */
export const parseQuery = (event: APIGatewayProxyEventV2): Record<string, string> => {
  const values: Record<string, string> = Object.create(null);
  if (!event.rawQueryString) return values;
  const issues: Issue[] = [];
  for (const [name, value] of new URLSearchParams(event.rawQueryString)) {
    const reason = unsafeText(name) ?? unsafeText(value);
    if (reason) issues.push({ path: unsafeText(name) ? 'query' : name, message: reason });
    else if (name in values) issues.push({ path: name, message: 'is given more than once' });
    else values[name] = value;
  }
  if (issues.length > 0) throw invalidInput(issues);
  return values;
};
