import { serve } from '../../lib/app/serve.ts';
import { composeStorage } from '../../lib/app/storage.ts';
import { storageRoutes } from '../../lib/services/storage-routes.ts';

export const handler = serve('api-storage', storageRoutes, composeStorage);
