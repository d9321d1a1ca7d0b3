import { createStore } from '../platform/store/create-store.ts';
import { functionKind } from '../services/functions/service.ts';
import { GatewayRoutes, gatewayRouteKind } from '../services/gateway/service.ts';
import { loadBalancerKind } from '../services/load-balancers/service.ts';
import { config } from './config.ts';
import { targetPolicy } from './egress.ts';
import type { AppParts } from './serve.ts';

/** The rules of gateway routes, for the function that has their routes. */
export const composeGatewayRoutes = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>) => ({
  gatewayRoutes: new GatewayRoutes({
    ...parts,
    store: createStore(gatewayRouteKind, { ...parts, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS }),
    balancers: createStore(loadBalancerKind, parts),
    functions: createStore(functionKind, parts),
    policy: targetPolicy(),
  }),
});
