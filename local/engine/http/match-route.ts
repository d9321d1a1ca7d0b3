/** A route of an HTTP API: a method or `ANY`, and a path with `{variables}`, the last of which may be `{greedy+}`. */
export interface GatewayRoute {
  routeKey: string;
  integrationId: string;
}

export interface MatchedRoute {
  route: GatewayRoute;
  pathParameters: Record<string, string>;
}

interface Node {
  fixed: Map<string, Node>;
  variable: { name: string; node: Node } | undefined;
  greedy: { name: string; byMethod: Map<string, GatewayRoute> } | undefined;
  byMethod: Map<string, GatewayRoute>;
}

const newNode = (): Node => ({
  fixed: new Map(),
  variable: undefined,
  greedy: undefined,
  byMethod: new Map(),
});

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const forMethod = (routes: Map<string, GatewayRoute>, method: string): GatewayRoute | undefined =>
  routes.get(method) ?? routes.get('ANY');

const variableName = (segment: string): string | undefined => segment.match(/^\{([^}+]+)\}$/)?.[1];
const greedyName = (segment: string): string | undefined => segment.match(/^\{([^}]+)\+\}$/)?.[1];

/** Picks the route of a request as API Gateway does: fixed segments before variables, those before `{proxy+}`, then `$default`. */
export class RouteTable {
  readonly #root = newNode();
  #fallback: GatewayRoute | undefined;

  add(route: GatewayRoute): void {
    if (route.routeKey === '$default') {
      this.#fallback = route;
      return;
    }
    const [method = '', path = ''] = route.routeKey.split(' ');
    let node = this.#root;
    for (const segment of path.split('/').slice(1)) {
      const greedy = greedyName(segment);
      if (greedy) {
        node.greedy ??= { name: greedy, byMethod: new Map() };
        node.greedy.byMethod.set(method, route);
        return;
      }
      const variable = variableName(segment);
      if (variable) {
        // Variables at one place may have different names in different routes; each route keeps its own.
        node.variable ??= { name: variable, node: newNode() };
        node = node.variable.node;
      } else {
        const next = node.fixed.get(segment) ?? newNode();
        node.fixed.set(segment, next);
        node = next;
      }
    }
    node.byMethod.set(method, route);
  }

  /** `path` is as the client sent it, still percent-encoded, without query and stage. */
  match(method: string, path: string): MatchedRoute | undefined {
    const segments = path.split('/').slice(1);
    const route = this.#walk(this.#root, segments, 0, method);
    if (!route) return this.#fallback && { route: this.#fallback, pathParameters: {} };
    return { route, pathParameters: parametersOf(route, segments) };
  }

  #walk(node: Node, segments: string[], index: number, method: string): GatewayRoute | undefined {
    const segment = segments[index];
    if (segment === undefined) return forMethod(node.byMethod, method);
    const fixed = node.fixed.get(segment) ?? node.fixed.get(decode(segment));
    return (
      (fixed && this.#walk(fixed, segments, index + 1, method)) ??
      (segment !== '' && node.variable
        ? this.#walk(node.variable.node, segments, index + 1, method)
        : undefined) ??
      (node.greedy && segments.slice(index).join('/') !== ''
        ? forMethod(node.greedy.byMethod, method)
        : undefined)
    );
  }
}

const parametersOf = (route: GatewayRoute, segments: string[]): Record<string, string> => {
  const parameters: Record<string, string> = {};
  const template = (route.routeKey.split(' ')[1] ?? '').split('/').slice(1);
  for (const [index, part] of template.entries()) {
    const variable = variableName(part);
    const greedy = greedyName(part);
    if (variable) parameters[variable] = decode(segments[index] ?? '');
    if (greedy) parameters[greedy] = decode(segments.slice(index).join('/'));
  }
  return parameters;
};
