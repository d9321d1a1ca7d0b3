import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemplateError } from './template-error.ts';
import type { Stack } from './types.ts';

interface Artifact {
  type: string;
  properties?: { templateFile?: string; stackName?: string; directoryName?: string };
  dependencies?: string[];
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** File assets of a stack: key in the bootstrap bucket → path on disk. */
const readAssets = (directory: string, artifactId: string): Map<string, string> => {
  const assets = new Map<string, string>();
  const file = join(directory, `${artifactId}.assets.json`);
  if (!existsSync(file)) return assets;
  const manifest = readJson(file) as {
    files?: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
  };
  for (const asset of Object.values(manifest.files ?? {}))
    for (const destination of Object.values(asset.destinations))
      assets.set(destination.objectKey, join(directory, asset.source.path));
  return assets;
};

/**
 * Reads the stacks of a synthesized cloud assembly, nested stages included, each after those that it depends on.
 *
 * @throws TemplateError where the directory holds no assembly
 */
export const readAssembly = (directory: string): Stack[] => {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) throw new TemplateError(`${directory} holds no cloud assembly`);
  const { artifacts = {} } = readJson(manifestFile) as { artifacts?: Record<string, Artifact> };
  const stacks: Stack[] = [];
  const done = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (!artifact || done.has(id)) return;
    done.add(id);
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    if (artifact.type === 'cdk:cloud-assembly')
      stacks.push(...readAssembly(join(directory, artifact.properties?.directoryName ?? id)));
    if (artifact.type !== 'aws:cloudformation:stack') return;
    stacks.push({
      name: artifact.properties?.stackName ?? id,
      template: readJson(join(directory, artifact.properties?.templateFile ?? '')) as Stack['template'],
      assets: readAssets(directory, id),
    });
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return stacks;
};
