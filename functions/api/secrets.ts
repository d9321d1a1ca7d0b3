import { composeSecrets } from '../../lib/app/secrets.ts';
import { serve } from '../../lib/app/serve.ts';
import { secretsRoutes } from '../../lib/services/secrets-routes.ts';

export const handler = serve('api-secrets', secretsRoutes, composeSecrets);
