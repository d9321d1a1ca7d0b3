import type { Context } from '../context.ts';
import type { Names } from '../names.ts';

/** What every stack and construct of the app is given. */
export interface Platform {
  context: Context;
  names: Names;
  /** Folder that holds one folder per bundled function. */
  bundles: string;
}
