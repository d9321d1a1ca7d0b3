/**
 * What npm runs once the packages are installed: bundles the functions, so that the first `npm start` need not. A start bundles
 * again what has changed since.
 */
import { functionBundles } from '../local/engine/bundle-cache.ts';

await functionBundles();
