import { copyFile, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type Metafile } from 'esbuild';
import { bundleSettings } from './bundle-settings.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { forbiddenModules } from './forbidden-modules.ts';
import { joinChunks } from './join-chunks.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export interface BuildFunctionsOptions {
  /** Folder with `api/`, `workers/` and `stream/`, whose files are the entry points. */
  functions?: string;
  /** Where one folder per bundle is written. */
  outdir?: string;
}

/** Bundles of a function's folder are named by it: `functions/workers/mail.ts` → `worker-mail`. */
const prefixes = { api: 'api', workers: 'worker', stream: 'stream' } as const;

/** Entry points by bundle name. */
const entryPoints = async (functions: string): Promise<Record<string, string>> => {
  const entries: Record<string, string> = {};
  for (const [folder, prefix] of Object.entries(prefixes)) {
    for await (const file of glob(join(functions, folder, '*.ts'))) {
      entries[`${prefix}-${basename(file, '.ts')}`] = file;
    }
  }
  return entries;
};

/** What a cold start reads is one file; what is imported on first use is a file of its own beside it. */
const bundleApi = async (file: string, outdir: string): Promise<Metafile> => {
  const { metafile } = await bundle({
    ...bundleSettings,
    absWorkingDir: root,
    entryPoints: { index: file },
    outdir,
  });
  return {
    ...metafile,
    outputs: await joinChunks(metafile, relative(root, join(outdir, 'index.mjs')), root),
  };
};

const bundleWorkers = async (workers: Record<string, string>, outdir: string): Promise<Metafile> => {
  const entryPoints = Object.fromEntries(
    Object.entries(workers).map(([name, file]) => [`${name}/index`, file]),
  );
  const { metafile } = await bundle({
    ...bundleSettings,
    splitting: false,
    absWorkingDir: root,
    entryPoints,
    outdir,
  });
  return metafile;
};

/**
 * Bundles all functions. An API function is split: what it imports on first use only becomes a file of its own in its folder,
 * which a cold start does not read.
 * @returns esbuild's metafile: what went into which bundle
 * @throws Error that names each module which must not be in a bundle, and who imports it
 */
export const build = async ({
  functions = join(root, 'functions'),
  outdir = join(root, 'dist/functions'),
}: BuildFunctionsOptions = {}): Promise<Metafile> => {
  const entries = await entryPoints(functions);
  if (Object.keys(entries).length === 0) throw new Error(`There are no functions in ${functions}.`);
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const isApi = (name: string) => name.startsWith('api-');
  const workers = Object.fromEntries(Object.entries(entries).filter(([name]) => !isApi(name)));
  const built = await Promise.all([
    ...Object.entries(entries)
      .filter(([name]) => isApi(name))
      .map(([name, file]) => bundleApi(file, join(outdir, name))),
    // Nobody waits for a worker's cold start, so theirs are made together: what they share is parsed once.
    bundleWorkers(workers, outdir),
  ]);
  const metafile: Metafile = {
    inputs: Object.assign({}, ...built.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...built.map(({ outputs }) => outputs)),
  };
  await writeFile(join(dirname(outdir), 'metafile.json'), JSON.stringify(metafile));
  // Beside the bundle and not in it: the document is as large as all of the function's own code, and seldom read.
  if ('api-insight' in entries) {
    await copyFile(join(root, 'docs/openapi.json'), join(outdir, 'api-insight/openapi.json'));
  }
  const problems = forbiddenModules(metafile);
  if (problems.length > 0) throw new Error(`Bundles hold what they must not:\n${problems.join('\n')}`);
  return metafile;
};

if (import.meta.main) {
  const started = performance.now();
  const metafile = await build();
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0).padStart(6)} KB`;
  console.log(`${''.padEnd(20)}${'at start'.padStart(9)}${'in all'.padStart(9)}`);
  for (const { name, eager, total } of bundleSizes(metafile)) {
    console.log(`${name.padEnd(20)}${kilobytes(eager)}${kilobytes(total)}`);
  }
  const where = relative(process.cwd(), join(root, 'dist/functions'));
  console.log(`${where}: bundled in ${Math.round(performance.now() - started)} ms`);
}
