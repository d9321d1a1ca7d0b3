import { composeAutomation } from '../../lib/app/automation.ts';
import { serve } from '../../lib/app/serve.ts';
import { automationRoutes } from '../../lib/services/automation-routes.ts';

export const handler = serve('api-automation', automationRoutes, composeAutomation);
