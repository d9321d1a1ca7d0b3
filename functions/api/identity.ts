import { composeIdentity } from '../../lib/app/identity.ts';
import { serve } from '../../lib/app/serve.ts';
import { identityRoutes } from '../../lib/services/identity-routes.ts';

export const handler = serve('api-identity', identityRoutes, composeIdentity);
