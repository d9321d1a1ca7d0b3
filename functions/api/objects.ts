import { composeObjects } from '../../lib/app/objects.ts';
import { serve } from '../../lib/app/serve.ts';
import { behindRestApi } from '../../lib/platform/http/rest-api.ts';
import { storedObjectRoutes } from '../../lib/services/object-routes.ts';
import { inBand } from '../../lib/services/objects/limits.ts';

export const handler = behindRestApi(
  serve('api-objects', storedObjectRoutes, composeObjects, { bodyLimit: inBand }),
);
