import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build as bundle, type Metafile } from 'esbuild';
import { bundleSettings } from './bundle-settings.ts';
import { loadedWith } from './bundle-sizes.ts';

type Outputs = Metafile['outputs'];

const entryName = 'index.mjs';

/** Under which the entry exports what a file that is loaded later takes from a chunk that is now part of the entry. */
const aliases = (
  outputs: Outputs,
  chunks: readonly string[],
): Map<string, [name: string, alias: string][]> => {
  let count = 0;
  return new Map(
    chunks.map((chunk) => [
      chunk,
      (outputs[chunk]?.exports ?? []).map((name) => [name, `_${(count++).toString(36)}`]),
    ]),
  );
};

const exportsFrom = (names: readonly [string, string][], from: string): string =>
  `export{${names.map((pair) => pair.join(' as ')).join(',')}}from${JSON.stringify(from)};`;

/**
 * Makes one file of the entry and the chunks that it imports by name: a cold start finds, reads and links a single module, as each
 * costs it half a millisecond. What is loaded later finds those chunks where they were: a line each, that passes on what
 * the entry holds, so that no module exists twice.
 *
 * @param metafile of a build with `splitting`, whose files are written; its outputs are given back as they are afterwards
 * @param entry path of the entry's file, as the metafile spells it
 * @param root folder that the metafile's paths start from
 */
export const joinChunks = async (metafile: Metafile, entry: string, root: string): Promise<Outputs> => {
  const folder = dirname(entry);
  const joined = [...loadedWith(metafile, entry)];
  const chunks = joined.filter((file) => file !== entry);
  const outputs = { ...metafile.outputs };
  const later = Object.keys(outputs).filter((file) => dirname(file) === folder && !joined.includes(file));
  const used = new Set(later.flatMap((file) => outputs[file]?.imports.map(({ path }) => path) ?? []));
  const passedOn = aliases(
    outputs,
    chunks.filter((chunk) => used.has(chunk)),
  );
  const local = (file: string) => `./${basename(file)}`;
  const { outputFiles, metafile: second } = await bundle({
    ...bundleSettings,
    // What they do is done already.
    plugins: [],
    splitting: false,
    stdin: {
      contents: [
        `export * from ${JSON.stringify(local(entry))};`,
        ...[...passedOn].map(([chunk, names]) => exportsFrom(names, local(chunk))),
      ].join('\n'),
      resolveDir: join(root, folder),
    },
    external: later.map(local),
    write: false,
  });
  const text = outputFiles[0]?.text ?? '';
  await Promise.all(
    chunks.map(async (chunk) => {
      const names = passedOn.get(chunk);
      const inputs = {};
      if (!names) {
        delete outputs[chunk];
        return rm(join(root, chunk));
      }
      const passing = exportsFrom(
        names.map(([name, alias]) => [alias, name]),
        `./${entryName}`,
      );
      const imports = [{ path: entry, kind: 'import-statement' as const }];
      outputs[chunk] = { bytes: passing.length, inputs, imports, exports: names.map(([name]) => name) };
      return writeFile(join(root, chunk), passing);
    }),
  );
  await writeFile(join(root, entry), text);
  const exports = Object.values(second.outputs)[0]?.exports ?? [];
  outputs[entry] = {
    bytes: Buffer.byteLength(text),
    inputs: Object.assign({}, ...joined.map((file) => metafile.outputs[file]?.inputs)),
    imports: later
      .filter((file) =>
        joined.some((one) => metafile.outputs[one]?.imports.some(({ path }) => path === file)),
      )
      .map((path) => ({ path, kind: 'dynamic-import' as const })),
    exports,
    entryPoint: metafile.outputs[entry]?.entryPoint,
  };
  return outputs;
};
