import { composeGateway } from '../../lib/app/gateway.ts';
import { serve } from '../../lib/app/serve.ts';
import { maxInBandBytes } from '../../lib/platform/http/body.ts';
import { behindRestApi } from '../../lib/platform/http/rest-api.ts';
import { gatewayRoutes } from '../../lib/services/gateway-routes.ts';

const bodyLimit = {
  bytes: maxInBandBytes,
  advice: 'give the target a presigned URL of a larger object in its place',
};

export const handler = behindRestApi(serve('api-gateway', gatewayRoutes, composeGateway, { bodyLimit }));
