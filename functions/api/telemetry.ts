import { serve } from '../../lib/app/serve.ts';
import { composeTelemetry } from '../../lib/app/telemetry.ts';
import { telemetryRoutes } from '../../lib/services/instances/telemetry-routes.ts';

export const handler = serve('api-telemetry', telemetryRoutes, composeTelemetry);
