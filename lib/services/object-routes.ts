import type { Route } from '../platform/http/route.ts';
import { objectRoutes } from './objects/routes.ts';
import type { Objects } from './objects/service.ts';
import { uploadRoutes } from './objects/upload-routes.ts';
import type { Uploads } from './objects/uploads.ts';

/** What the routes of object storage need. */
export interface ObjectServices {
  objects: Objects;
  uploads: Uploads;
}

/** The routes of the objects function. */
export const storedObjectRoutes: readonly Route<ObjectServices>[] = [...objectRoutes, ...uploadRoutes];
