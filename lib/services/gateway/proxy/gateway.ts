import type { Authenticator } from '../../../platform/auth/authenticator.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { EgressResponse } from '../../../platform/egress/egress.ts';
import { EgressError, type EgressReason } from '../../../platform/egress/egress-error.ts';
import { CloudError, type ErrorType, invalid } from '../../../platform/errors/index.ts';
import type { PublicCaller } from '../../../platform/http/caller.ts';
import type { RawAnswer } from '../../../platform/http/raw.ts';
import type { RawRequest } from '../../../platform/http/raw-request.ts';
import type { RouteClaim } from '../prefixes.ts';
import type { ProxiedMethod } from '../schema.ts';
import { mayUseCache } from './cache-control.ts';
import type { FindRoute } from './find-route.ts';
import type { FindTarget, Target } from './find-target.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { parsePath, targetOf } from './path.ts';
import { ResponseCache } from './response-cache.ts';
import type { TakeFromRoute } from './route-limits.ts';

export interface GatewayOptions {
  findRoute: FindRoute;
  takeFromRoute: TakeFromRoute;
  authenticator: Authenticator;
  findTarget: FindTarget;
  /** Bytes of an answer that get back to the caller. */
  maxResponseBytes: number;
  clock: Clock;
}

/** Milliseconds for a target's whole answer: the gateway in front of us gives up after 29 s. */
const targetMilliseconds = 25_000;

const refusals: Record<EgressReason, ErrorType> = {
  forbidden: 'BAD_GATEWAY',
  unresolved: 'BAD_GATEWAY',
  unreachable: 'BAD_GATEWAY',
  too_large: 'BAD_GATEWAY',
  timeout: 'GATEWAY_TIMEOUT',
  aborted: 'GATEWAY_TIMEOUT',
};

const asCloudError = (error: unknown): unknown =>
  error instanceof EgressError
    ? new CloudError(refusals[error.reason], error.message, { cause: error })
    : error;

const headerOf = ({ headers }: RawRequest, wanted: string): string | undefined =>
  headers.find(([name]) => name === wanted)?.[1];

/** Serves what is asked for below `/gw` (contract 2.14). */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #cache: ResponseCache;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#cache = new ResponseCache(options.clock);
  }

  /**
   * The target's answer, whatever its status.
   * @throws CloudError `NOT_FOUND` where no route takes it, `UNAUTHORIZED`, `RATE_LIMITED`, `INVALID_INPUT` for a path with
   * dot segments, `BAD_GATEWAY`, `GATEWAY_TIMEOUT`
   */
  async serve(caller: PublicCaller, request: RawRequest): Promise<RawAnswer> {
    const path = parsePath(request.path);
    const route = path && (await this.#options.findRoute(path.decoded, caller.signal));
    if (!path || !route || !this.#takes(route, request.method))
      throw new CloudError('NOT_FOUND', 'no gateway route takes this request');
    if (path.dotted) throw invalid('path', 'must not contain . or .. as a segment');
    if (route.require_api_key) await this.#checkKey(route, request, caller.signal);
    await this.#options.takeFromRoute(route, caller.signal);

    const target = await this.#options.findTarget(route, caller.signal);
    const asked = targetOf(path, request.rawQuery, { ...route, url: new URL(target.url) });
    const response = await this.#answerOf(caller, request, route, target, asked);
    return {
      status: response.status,
      body: response.body.toString('base64'),
      isBase64Encoded: true,
      multiValueHeaders: responseHeaders(response.headers),
    };
  }

  #takes({ methods }: RouteClaim, method: string): boolean {
    if (!methods) return true;
    return methods.includes(method as ProxiedMethod) || (method === 'HEAD' && methods.includes('GET'));
  }

  /** Whoever has any key of the route's tenant may ask. @throws CloudError `UNAUTHORIZED` */
  async #checkKey(route: RouteClaim, request: RawRequest, signal: AbortSignal): Promise<void> {
    const apiKey = headerOf(request, 'x-api-key');
    if (!apiKey) throw new CloudError('UNAUTHORIZED', 'an API key is required');
    const { tenant } = await this.#options.authenticator.authenticate({ apiKey }, signal);
    if (tenant !== route.tenant)
      throw new CloudError('UNAUTHORIZED', 'the API key is not one of this route’s owner');
  }

  async #answerOf(
    caller: PublicCaller,
    request: RawRequest,
    route: RouteClaim,
    { url, egress }: Target,
    target: string,
  ): Promise<EgressResponse> {
    const { maxResponseBytes } = this.#options;
    const mayCache = mayUseCache(request.method, this.#withoutOurKey(route, request).headers);
    const key = `${route.id} ${url} ${target}`;
    const known = mayCache ? this.#cache.get(key, request.headers) : undefined;
    if (known) return known;
    const headers = requestHeaders(request.headers, {
      viewerAddress: caller.viewerAddress,
      host: request.host,
      // The gateway in front of us, not a caller, writes the last one.
      scheme: headerOf(request, 'x-forwarded-proto')?.split(',').at(-1)?.trim() ?? 'https',
      requestId: caller.requestId,
      strippedPrefix: route.strip_prefix ? `/gw${route.prefix}` : undefined,
      requiresKey: route.require_api_key,
    });
    try {
      const response = await egress.fetch({
        url,
        target,
        method: request.method,
        headers,
        body: request.body.length > 0 ? request.body : undefined,
        timeoutMilliseconds: targetMilliseconds,
        maxResponseBytes,
        signal: caller.signal,
      });
      if (response.status > 599)
        throw new CloudError('BAD_GATEWAY', `the target answered with the status ${response.status}`);
      if (mayCache) this.#cache.offer(key, request.headers, response);
      return response;
    } catch (error) {
      throw asCloudError(error);
    }
  }

  /** The key that opens a route is the same for all who ask for it: it makes no answer somebody's own. */
  #withoutOurKey({ require_api_key }: RouteClaim, { headers }: RawRequest) {
    return { headers: require_api_key ? headers.filter(([name]) => name !== 'x-api-key') : headers };
  }
}
