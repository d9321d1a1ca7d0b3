import { basename, dirname } from 'node:path';
import type { Metafile } from 'esbuild';

export interface BundleSize {
  /** Of the function, for example `api-compute`. */
  name: string;
  /** Bytes that are read at every cold start: the entry, and what it imports by name. */
  eager: number;
  /** Bytes of all that is deployed, with what is loaded on first use. */
  total: number;
}

/** Name of the bundle that a file of the output belongs to. */
export const bundleOf = (output: string): string => basename(dirname(output));

/** The files of an entry's output that are loaded with it. */
export const loadedWith = (
  { outputs }: Pick<Metafile, 'outputs'>,
  entry: string,
  loaded = new Set<string>(),
): Set<string> => {
  const output = outputs[entry];
  if (!output || loaded.has(entry)) return loaded;
  loaded.add(entry);
  for (const { path, kind, external } of output.imports)
    if (kind === 'import-statement' && !external) loadedWith({ outputs }, path, loaded);
  return loaded;
};

/** The size of each bundle, by name. */
export const bundleSizes = (metafile: Metafile): BundleSize[] => {
  const bytesOf = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0);
  const files = Object.keys(metafile.outputs);
  return files
    .filter((file) => basename(file) === 'index.mjs')
    .map((entry) => ({
      name: bundleOf(entry),
      eager: bytesOf(loadedWith(metafile, entry)),
      total: bytesOf(files.filter((file) => dirname(file) === dirname(entry))),
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
};
