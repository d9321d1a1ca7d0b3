import { functionRoutes } from './functions/routes.ts';
import type { Functions } from './functions/service.ts';

/** What the routes of the function `runtime` need. */
export interface RuntimeServices {
  functions: Functions;
}

/** Functions, and what runs them. */
export const runtimeRoutes = [...functionRoutes] as const;
