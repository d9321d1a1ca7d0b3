import type { LambdaFunction } from '../runtime/lambda-function.ts';
import { type MatchedRoute, RouteTable } from './match-route.ts';

/** What the gateway answers by itself, for one kind of failure. */
export interface GatewayResponse {
  statusCode: number | undefined;
  headers: Record<string, string>;
  template: string | undefined;
}

export interface RestIntegration {
  target: LambdaFunction;
  timeoutMilliseconds: number;
}

/** A REST API as the template describes it. */
export class RestApi {
  readonly id: string;
  /** Whether bodies of every type are passed as they are. */
  readonly binary: boolean;
  /** Paths of the resources, by their ids. */
  readonly resources = new Map<string, string>();
  readonly stages = new Set<string>();
  /** By the gateway's name of the failure, for example `DEFAULT_4XX`. */
  readonly responses = new Map<string, GatewayResponse>();
  readonly #routes = new RouteTable();
  readonly #integrations = new Map<string, RestIntegration>();

  constructor(id: string, options: { binary: boolean }) {
    this.id = id;
    this.binary = options.binary;
    this.resources.set(this.rootResourceId, '');
  }

  get rootResourceId(): string {
    return `${this.id}-root`;
  }

  addMethod(method: string, path: string, integration: RestIntegration): void {
    const routeKey = `${method} ${path === '' ? '/' : path}`;
    this.#routes.add({ routeKey, integrationId: routeKey });
    this.#integrations.set(routeKey, integration);
  }

  /** @param path as it was sent, without stage; a slash at its end counts for nothing */
  match(method: string, path: string): { matched: MatchedRoute; integration: RestIntegration } | undefined {
    const matched = this.#routes.match(method, path) ?? this.#routes.match(method, path.replace(/\/$/, ''));
    const integration = matched && this.#integrations.get(matched.route.integrationId);
    return integration && { matched, integration };
  }

  /** Functions behind this API, each once. */
  functions(): LambdaFunction[] {
    return [...new Set([...this.#integrations.values()].map(({ target }) => target))];
  }
}
