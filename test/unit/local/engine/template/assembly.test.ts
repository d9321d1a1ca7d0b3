import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readAssembly } from '../../../../../local/engine/template/assembly.ts';

const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const write = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
const stack = (name: string, dependencies: string[] = []) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile: `${name}.template.json`, stackName: `app-${name}` },
  dependencies,
});

it('reads stacks in the order of their dependencies, stages included, with their assets', () => {
  mkdirSync(join(directory, 'stage'));
  write('manifest.json', {
    artifacts: {
      late: stack('late', ['early', 'early.assets']),
      early: stack('early'),
      stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } },
      Tree: { type: 'cdk:tree' },
    },
  });
  write('stage/manifest.json', { artifacts: { inner: stack('inner') } });
  for (const file of ['late', 'early', 'stage/inner']) write(`${file}.template.json`, { Resources: {} });
  write('late.assets.json', {
    files: { abc: { source: { path: 'asset.abc' }, destinations: { here: { objectKey: 'abc.zip' } } } },
  });
  const stacks = readAssembly(directory);
  expect(stacks.map(({ name }) => name)).toEqual(['app-early', 'app-late', 'app-inner']);
  expect(stacks[1]?.assets).toEqual(new Map([['abc.zip', join(directory, 'asset.abc')]]));
});

it('refuses a directory without an assembly', () => {
  expect(() => readAssembly(join(directory, 'nowhere'))).toThrow('holds no cloud assembly');
});
