import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, inUseMilliseconds, keepInCache } from './cache-folder.ts';
import { withBundler } from './with-bundler.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Entries of the cache that are kept, the latest ones. */
const kept = 12;

/** All that build and synthesis read. */
const sources = [
  '{lib,functions,infra}/**/*.{ts,json}',
  'scripts/{build,bundle-sizes,forbidden-modules,lazy-builtins,sdk-parts}.ts',
  'cdk.json',
  'package-lock.json',
];

const hashSources = (context: Record<string, unknown>): string => {
  const hash = createHash('sha256').update(JSON.stringify(context)).update(process.version);
  for (const file of globSync(sources, { cwd: root }).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 20);
};

const dropOld = (): void => {
  const byAge = readdirSync(cacheFolder)
    .map((name) => ({ path: join(cacheFolder, name), time: statSync(join(cacheFolder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  const oldest = Date.now() - inUseMilliseconds;
  for (const { path, time } of byAge.slice(kept))
    if (time < oldest) rmSync(path, { recursive: true, force: true });
};

const buildAndSynthesize = async (context: Record<string, unknown>, directory: string): Promise<void> => {
  const bundles = join(directory, 'functions');
  // The bundler works in a process of its own, so loading the CDK costs no time beside it.
  const [{ createApp }] = await Promise.all([
    import('../../infra/app.ts'),
    import('../../scripts/build.ts').then(({ build }) => build({ outdir: bundles })),
  ]);
  const given = process.env.CDK_VALIDATION;
  // The CDK's check of the templates against CloudFormation's schemas takes longer than all the rest, and is made when they
  // are synthesized for AWS and in the tests; the engine says itself what it can't interpret.
  process.env.CDK_VALIDATION = 'false';
  try {
    createApp({ context, outdir: join(directory, 'assembly'), bundles }).synth();
  } finally {
    if (given === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = given;
  }
};

/**
 * The platform’s cloud assembly for these context values: built and synthesized in this process, or, where no source has
 * changed since, taken from the cache.
 *
 * @returns the assembly’s directory
 */
export const platformAssembly = async (context: Record<string, unknown>): Promise<string> => {
  const target = join(cacheFolder, hashSources(context));
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}.draft`;
    mkdirSync(draft, { recursive: true });
    try {
      await withBundler(() => buildAndSynthesize(context, draft));
      renameDraft(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    keepInCache(target);
    dropOld();
  } else keepInCache(target);
  return join(target, 'assembly');
};

/** Somebody else may have made the same at the same time; theirs is as good. */
const renameDraft = (draft: string, target: string): void => {
  try {
    renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
};
