import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledSources, functionBundles } from './bundle-cache.ts';
import { cached, hashOfFiles } from './cached.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** All that synthesis reads, the bundles' sources among it. */
const sources = [...bundledSources, 'infra/**/*.{ts,json}', 'cdk.json'];

const synthesize = async (context: Record<string, unknown>, outdir: string): Promise<void> => {
  // The bundler works in a process of its own, so loading the CDK costs no time beside it.
  const [{ createApp }, bundles] = await Promise.all([import('../../infra/app.ts'), functionBundles()]);
  const given = process.env.CDK_VALIDATION;
  // The CDK's check of the templates against CloudFormation's schemas takes longer than all the rest, and is made when they
  // are synthesized for AWS and in the tests; the engine says itself what it can't interpret.
  process.env.CDK_VALIDATION = 'false';
  try {
    createApp({ context, outdir, bundles }).synth();
  } finally {
    if (given === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = given;
  }
};

/**
 * The platform’s cloud assembly for these context values: synthesized in this process, or, where no source has changed
 * since, taken from the cache.
 *
 * @returns the assembly’s directory
 */
export const platformAssembly = async (context: Record<string, unknown>): Promise<string> => {
  const name = hashOfFiles(root, sources, JSON.stringify(context));
  const folder = await cached(name, (draft) => synthesize(context, join(draft, 'assembly')));
  return join(folder, 'assembly');
};
