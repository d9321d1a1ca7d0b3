import { composeInsight } from '../../lib/app/insight.ts';
import { serve } from '../../lib/app/serve.ts';
import { insightRoutes } from '../../lib/services/health/routes.ts';

export const handler = serve('api-insight', insightRoutes, composeInsight);
