import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const pages = [
  'README.md',
  'CHANGELOG.md',
  'lib/platform/table/README.md',
  'local/engine/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
];

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** A heading's anchor as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/[`\\]/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const anchorsOf = (page: string): Set<string> =>
  new Set(
    [
      ...textOf(page)
        .replace(/```[\s\S]*?```/g, '')
        .matchAll(/^#{1,6}\s+(.+)$/gm),
    ].map((match) => anchorOf(match[1] as string)),
  );

/** Links to files and headings of this repository that lead nowhere. */
const brokenLinks = (page: string): string[] =>
  [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] as string)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(root, join(root, dirname(page), path));
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(file).has(anchor);
    });

const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

const namedScripts = (page: string): string[] => [
  ...new Set([...textOf(page).matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map((match) => match[1] as string)),
];

/** Paths of the repository in code spans, such as `lib/app/ec2.ts`. */
const namedFiles = (page: string): string[] => [
  ...new Set(
    [...textOf(page).matchAll(/`((?:lib|infra|local|functions|scripts|test|bench)\/[\w./-]+\.\w+)`/g)].map(
      (match) => match[1] as string,
    ),
  ),
];

describe.each(pages)('%s', (page) => {
  it('links to nothing that is not there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names no script that package.json does not have', () => {
    expect(namedScripts(page).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('names no file that is not there', () => {
    expect(namedFiles(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('the limits page', () => {
  const page = textOf('docs/limits.md');

  it.each([
    ['lib/platform/http/body.ts', 'maxJsonBytes = 1_048_576', '1,048,576 bytes'],
    ['lib/platform/http/text.ts', 'maxDepth = 32', '32 levels'],
    ['lib/platform/store/paging.ts', 'fullListLimit = 1_000', '1,000 items'],
    ['lib/platform/http/list-request.ts', 'maxPageSize = 100', '1–100, default 20'],
    ['lib/platform/idempotency/record.ts', 'keptSeconds = 24 * 60 * 60', '24 hours'],
    ['lib/platform/auth/access-token.ts', 'accessTokenSeconds = 900', '15 minutes'],
    ['lib/services/auth/sessions.ts', 'idleSeconds = 30 * 24', '30 days after its last use'],
    ['lib/services/auth/lockout.ts', 'lockSeconds = 15 * 60', 'refused for 15 minutes'],
    ['lib/services/actions/service.ts', 'keptDays = 90', '| 90 days |'],
    ['lib/services/instances/schema.ts', 'maxUserDataBytes = 16_384', '16,384 bytes'],
    ['lib/services/instances/tags.ts', 'maxTags = 40', '| 40; key'],
    ['lib/app/ec2.ts', 'control: 0.8, telemetry: 0.2', '1.6/s (4) · 0.4/s (1)'],
    ['lib/platform/work/sweeper.ts', 'graceMilliseconds = 30_000, maxPerRun = 1_000', '30 s overdue, 1,000'],
  ])('says of %s what it says: %s', (file, inCode, onPage) => {
    expect(textOf(file)).toContain(inCode);
    expect(page).toContain(onPage);
  });
});
