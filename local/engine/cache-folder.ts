import { fileURLToPath } from 'node:url';

/** Where what was built is kept between runs; it can be deleted at any time. */
export const cacheFolder = fileURLToPath(new URL('../../node_modules/.cache/the-cloud/', import.meta.url));
