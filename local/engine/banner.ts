import { relative } from 'node:path';
import type { Engine } from './index.ts';

/** Tells whoever started the platform where it is and how to get in. */
export const printBanner = ({ url, dataDir }: Engine): void => {
  const fromHere = relative(process.cwd(), dataDir);
  const data = fromHere.startsWith('..') ? dataDir : fromHere || '.';
  process.stdout.write(
    `
The Cloud runs on ${url}

  Register   curl -s ${url}/auth/register -H 'content-type: application/json' \\
               -d '{"email":"me@example.com","password":"correct horse 42","name":"Me"}'
  Log in     curl -s ${url}/auth/login -H 'content-type: application/json' \\
               -d '{"email":"me@example.com","password":"correct horse 42"}'
  First administrator   npm run admin -- create --email admin@example.com
  Local controls        npm run local

Data lies in ${data}/ (functions' logs in ${data}/logs/). Ctrl-C stops it; delete the folder to begin afresh.
`,
  );
};
