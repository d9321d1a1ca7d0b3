import { eventSourceRoutes } from './event-sources/routes.ts';
import type { EventSources } from './event-sources/service.ts';
import { functionRoutes } from './functions/routes.ts';
import type { Functions } from './functions/service.ts';

/** What the routes of the function `runtime` need. */
export interface RuntimeServices {
  functions: Functions;
  eventSources: EventSources;
}

/** Functions, and what runs them. */
export const runtimeRoutes = [...functionRoutes, ...eventSourceRoutes] as const;
