const parameter = /:(\w+)/g;

/** A route's path as API Gateway and Middy's router write it: `/instances/:id` → `/instances/{id}`, `/swagger/*` → `/swagger/{proxy+}`. */
export const gatewayPath = (path: string): string =>
  path.replace(parameter, '{$1}').replace(/\/\*$/, '/{proxy+}');

/** Names of the parameters in a route's path. */
export const parameterNames = (path: string): string[] =>
  [...path.matchAll(parameter)].map((match) => match[1] as string);

export const hasParameters = (path: string): boolean => path.includes(':') || path.endsWith('/*');

/** The path of one request, made of the route's and its parameters: safe in a header, whatever was sent. */
export const requestPath = (path: string, params: Record<string, unknown>): string =>
  path.replace(parameter, (_, name: string) => encodeURIComponent(String(params[name])));
