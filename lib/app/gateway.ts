import { isSuspended } from '../platform/auth/is-suspended.ts';
import { createEgress } from '../platform/egress/egress.ts';
import { maxInBandBytes } from '../platform/http/rest-api.ts';
import { createFindRoute } from '../services/gateway/proxy/find-route.ts';
import { Gateway } from '../services/gateway/proxy/gateway.ts';
import { createRouteLimits } from '../services/gateway/proxy/route-limits.ts';
import type { GatewayServices } from '../services/gateway-routes.ts';
import { config } from './config.ts';
import { targetPolicy } from './egress.ts';
import type { App, AppParts } from './serve.ts';

/** What is asked for below `/gw`. Reads the tables; the only API function that sends requests to tenants' targets. */
export const composeGateway = ({ tables, clock, logger, authenticator }: AppParts): App<GatewayServices> => {
  const report = (error: unknown) =>
    logger.warn('the rate bucket of a route could not be reached', { error });
  return {
    services: {
      gateway: new Gateway({
        findRoute: createFindRoute({ tables, clock, isSuspended: isSuspended(tables) }),
        takeFromRoute: createRouteLimits({ tables, clock, report }),
        authenticator,
        egress: createEgress({ policy: targetPolicy(), keepAlive: true }),
        publicUrl: config('PUBLIC_URL').PUBLIC_URL,
        maxResponseBytes: maxInBandBytes,
        clock,
      }),
    },
  };
};
