import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledSources } from '../../local/engine/bundle-cache.ts';
import { build } from '../../scripts/build.ts';
import { bundleOf } from '../../scripts/bundle-sizes.ts';
import { bundleNames, resourcesOf, templates, temporaryFolder } from './synthesized.ts';

/** What Lambda, the SDK's wrapper and the logger read, or a laptop alone gives, and no function has to be given. */
const notOurs = new Set(['LOG_LEVEL', 'LOG_SAMPLE', 'CLOUD_ALLOW_LOOPBACK_TARGETS']);

const root = new URL('../..', import.meta.url).pathname;

/** Names in `config('A', 'B')` of a source file. */
const askedFor = (text: string): string[] =>
  [...text.matchAll(/\bconfig\(([^()]*)\)/g)].flatMap((call) =>
    [...(call[1] ?? '').matchAll(/'([A-Z_]+)'/g)].map((name) => name[1] ?? ''),
  );

const metafile = await build({ outdir: join(temporaryFolder(), 'functions') });
const resources = resourcesOf(templates());

describe('the functions', () => {
  const names = [...new Set(Object.keys(metafile.outputs).map(bundleOf))];
  const bundles = names.map((name) => {
    const outputs = Object.entries(metafile.outputs).filter(([file]) => bundleOf(file) === name);
    return [name, outputs.flatMap(([, { inputs }]) => Object.keys(inputs))] as const;
  });

  it('are exactly those that the stacks deploy', () => {
    expect(bundles.map(([name]) => name).sort()).toEqual([...bundleNames].sort());
  });

  it('are made of nothing but what the engine bundles them anew for', () => {
    const own = Object.keys(metafile.inputs).filter(
      (path) => !path.includes('node_modules') && !path.includes(':'),
    );
    expect(own.length).toBeGreaterThan(500);
    expect(own.filter((path) => !bundledSources.some((pattern) => matchesGlob(path, pattern)))).toEqual([]);
  });

  it.each(bundles)('%s is given every environment variable that its code asks for', (name, inputs) => {
    const sources = inputs.filter((path) => !path.includes('node_modules') && !path.includes(':'));
    const wanted = new Set(sources.flatMap((path) => askedFor(readFileSync(join(root, path), 'utf8'))));
    const given = resources.find(({ Properties }) => Properties.FunctionName === `the-cloud-dev-${name}`)
      ?.Properties.Environment.Variables;
    expect(wanted.size).toBeGreaterThan(0);
    expect([...wanted].filter((variable) => !(variable in given) && !notOurs.has(variable))).toEqual([]);
  });
});
