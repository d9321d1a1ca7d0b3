import { composeIntegration } from '../../lib/app/integration.ts';
import { serve } from '../../lib/app/serve.ts';
import { integrationRoutes } from '../../lib/services/integration-routes.ts';

export const handler = serve('api-integration', integrationRoutes, composeIntegration);
