import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** What a file imports: paths of this repository, and package names, types apart. */
const importsOf = (file: string): { target: string; typeOnly: boolean }[] => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]/gm)].map(
    (match) => ({
      target: match[2]?.startsWith('.') ? normalize(join(dirname(file), match[2])) : (match[2] as string),
      typeOnly: match[1] !== undefined,
    }),
  );
};

/** Rooms and who may call whom: architecture, section 3. */
const rules: [
  string,
  (file: string) => boolean,
  (target: string, typeOnly: boolean, file: string) => boolean,
][] = [
  [
    'the platform knows no service, no composition and no function',
    (file) => file.startsWith('lib/platform/'),
    (target) => /^(lib\/(services|app)|functions|infra|local)\//.test(target),
  ],
  [
    'a service knows no composition and no function',
    (file) => file.startsWith('lib/services/'),
    (target) => /^(lib\/app|functions|infra|local)\//.test(target),
  ],
  [
    'a service reaches another one through its service and its schema only',
    (file) => file.startsWith('lib/services/') && file.split('/').length > 3,
    (target, _typeOnly, file) =>
      target.startsWith('lib/services/') &&
      target.split('/')[2] !== file.split('/')[2] &&
      !/\/(schema|service)\.ts$/.test(target),
  ],
  [
    'AWS clients are known to adapters, the tables and the composition alone',
    (file) =>
      file.startsWith('lib/') &&
      !/^lib\/(app|platform\/table)\//.test(file) &&
      !/\/backend\.[a-z0-9-]+(\.ts$|\/)/.test(file) &&
      !file.startsWith('lib/platform/aws/'),
    (target, typeOnly) => target.startsWith('@aws-sdk/') && !typeOnly,
  ],
  [
    'route declarations load no service and no AWS client',
    (file) => /^lib\/services\/[^/]+\/routes\.ts$/.test(file),
    (target, typeOnly) =>
      !typeOnly &&
      (/\/(service|controller|backend(\.[a-z0-9-]+)?)\.ts$/.test(target) || target.startsWith('@aws-sdk/')),
  ],
  ['entry points only compose', (file) => file.startsWith('functions/'), (target) => !/^lib\//.test(target)],
  [
    'the infrastructure holds no business rule',
    (file) => file.startsWith('infra/'),
    (target, typeOnly) => /^lib\/services\/[^/]+\/(service|controller|backend)/.test(target) && !typeOnly,
  ],
  [
    'what is deployed knows nothing of the local engine',
    (file) => /^(lib|functions|infra)\//.test(file),
    (target) => target.startsWith('local/'),
  ],
];

describe('imports point one way', () => {
  const files = ['lib', 'functions', 'infra'].flatMap(sources);

  it.each(rules)('%s', (_, applies, forbidden) => {
    const scope = files.filter(applies);
    expect(scope, 'the rule must have files to hold').not.toEqual([]);
    const broken = scope.flatMap((file) =>
      importsOf(file)
        .filter(({ target, typeOnly }) => forbidden(target, typeOnly, file))
        .map(({ target }) => `${file} imports ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
