import { isSuspended } from '../platform/auth/is-suspended.ts';
import { createEgress } from '../platform/egress/egress.ts';
import { maxInBandBytes } from '../platform/http/body.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createFindRoute } from '../services/gateway/proxy/find-route.ts';
import { createFindTarget } from '../services/gateway/proxy/find-target.ts';
import { createFunctionEgress } from '../services/gateway/proxy/function/function-egress.ts';
import { Gateway } from '../services/gateway/proxy/gateway.ts';
import { createRouteLimits } from '../services/gateway/proxy/route-limits.ts';
import type { GatewayServices } from '../services/gateway-routes.ts';
import { loadBalancerKind } from '../services/load-balancers/service.ts';
import { targetPolicy } from './egress.ts';
import { composeRunNow } from './run-now.ts';
import type { App, AppParts } from './serve.ts';

/** What is asked for below `/gw`. Reads the tables; the only API function that sends requests to tenants' targets. */
export const composeGateway = ({
  tables,
  clock,
  newId,
  logger,
  authenticator,
}: AppParts): App<GatewayServices> => {
  const report = (error: unknown) =>
    logger.warn('the rate bucket of a route could not be reached', { error });
  const policy = targetPolicy();
  const findTarget = createFindTarget({
    balancers: createStore(loadBalancerKind, { tables, clock }),
    egress: createEgress({ policy, keepAlive: true }),
    local: createEgress({ policy: { ...policy, allowLoopback: true }, keepAlive: true }),
    toFunction: createFunctionEgress({ runNow: composeRunNow({ tables, clock, newId }), clock }),
    clock,
  });
  return {
    services: {
      gateway: new Gateway({
        findRoute: createFindRoute({ tables, clock, isSuspended: isSuspended(tables) }),
        takeFromRoute: createRouteLimits({ tables, clock, report }),
        authenticator,
        findTarget,
        maxResponseBytes: maxInBandBytes,
        clock,
      }),
    },
  };
};
