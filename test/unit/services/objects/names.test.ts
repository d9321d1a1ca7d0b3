import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispositionOf } from '../../../../lib/services/objects/disposition.ts';
import { startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const put = (path: string, text: string, as = 'one') =>
  world.call({ method: 'PUT', path, body: Buffer.from(text), as });

/** The victim's id stands in no key that a tenant can write; these try all the same. */
const victim = 'tenant-victim';

describe('no spelling of a name leads out of the tenant’s own bucket', () => {
  beforeAll(async () => {
    await put('/storage/secret/plan.txt', 'theirs', 'victim');
  });

  /** The path as it is sent, and what it names: bucket and key, or the field that is refused. */
  const spellings: [string, string, { bucket: string; key: string } | { refused: string }][] = [
    ['two dots', '/storage/mine/../secret/plan.txt', { refused: 'key' }],
    ['two dots alone', '/storage/mine/..', { refused: 'key' }],
    ['encoded dots', '/storage/mine/%2e%2e/secret/plan.txt', { refused: 'key' }],
    ['one encoded dot', '/storage/mine/.%2e/secret/plan.txt', { refused: 'key' }],
    ['upper-case escapes', '/storage/mine/%2E%2E/secret/plan.txt', { refused: 'key' }],
    ['an encoded slash behind dots', '/storage/mine/..%2fsecret%2fplan.txt', { refused: 'key' }],
    ['dots in the bucket', '/storage/../secret/plan.txt', { refused: 'bucket' }],
    ['encoded dots in the bucket', '/storage/%2e%2e/secret', { refused: 'bucket' }],
    ['a slash in the bucket', '/storage/mine%2Fsecret/plan.txt', { refused: 'bucket' }],
    ['the bucket .', '/storage/./secret/plan.txt', { refused: 'bucket' }],
    ['a dot between slashes', '/storage/mine/./plan.txt', { refused: 'key' }],
    ['a dot at the end', '/storage/mine/a/.', { refused: 'key' }],
    ['dots within a name', '/storage/mine/a..b', { refused: 'key' }],
    ['dots and backslashes', '/storage/mine/..%5c..%5csecret', { refused: 'key' }],
    ['NUL', '/storage/mine/a%00b', { refused: 'proxy' }],
    ['NUL in the bucket', '/storage/mi%00ne/a', { refused: 'bucket' }],
    ['a line break', '/storage/mine/a%0d%0ab', { refused: 'key' }],
    ['DEL', '/storage/mine/a%7fb', { refused: 'key' }],
    ['a double escape, which is a name', '/storage/mine/%252e%252e/a', { bucket: 'mine', key: '%2e%2e/a' }],
    ['a double encoded slash', '/storage/mine/a%252Fb', { bucket: 'mine', key: 'a%2Fb' }],
    ['an encoded slash, which is a slash', '/storage/mine/a%2Fb', { bucket: 'mine', key: 'a/b' }],
    ['a leading slash', '/storage/mine//secret/plan.txt', { bucket: 'mine', key: '/secret/plan.txt' }],
    ['two slashes', '/storage/mine/a//b', { bucket: 'mine', key: 'a//b' }],
    ['a last slash', '/storage/mine/folder/x/', { bucket: 'mine', key: 'folder/x/' }],
    ['a backslash', '/storage/mine/a%5Cb', { bucket: 'mine', key: 'a\\b' }],
    [
      'the other tenant’s id',
      `/storage/mine/${victim}/secret/plan.txt`,
      { bucket: 'mine', key: `${victim}/secret/plan.txt` },
    ],
    [
      'the other tenant’s id as the bucket',
      `/storage/${victim}/secret/plan.txt`,
      { bucket: victim, key: 'secret/plan.txt' },
    ],
    [
      'the table’s own separators',
      '/storage/mine%23IN%23x/T%23tenant-victim%23OBJECT',
      { bucket: 'mine#IN#x', key: 'T#tenant-victim#OBJECT' },
    ],
    ['a plus, which is no blank', '/storage/mine/a+b', { bucket: 'mine', key: 'a+b' }],
    ['a blank', '/storage/mine/a%20b', { bucket: 'mine', key: 'a b' }],
    ['a question mark', '/storage/mine/a%3Fb', { bucket: 'mine', key: 'a?b' }],
    ['é in one letter', '/storage/mine/caf%C3%A9', { bucket: 'mine', key: 'caf\u00e9' }],
    ['é in two letters', '/storage/mine/cafe%CC%81', { bucket: 'mine', key: 'cafe\u0301' }],
    ['a full-width dot', '/storage/mine/%EF%BC%8E%EF%BC%8E/a', { bucket: 'mine', key: '\uff0e\uff0e/a' }],
    ['a full-width slash in the bucket', '/storage/mine%EF%BC%8Fx/a', { bucket: 'mine\uff0fx', key: 'a' }],
    ['a name of JavaScript', '/storage/__proto__/constructor', { bucket: '__proto__', key: 'constructor' }],
    ['other letters', '/storage/MINE/plan.txt', { bucket: 'MINE', key: 'plan.txt' }],
  ];

  it.each(spellings)('%s', async (label, path, names) => {
    const answer = await put(path, label);
    if ('refused' in names) {
      expect([answer.status, answer.json.error.details[0].path]).toEqual([400, names.refused]);
      return;
    }
    expect(answer.status).toBe(201);
    expect(answer.json.data).toMatchObject(names);
    const back = await world.call({ path });
    expect(String(back.bytes)).toBe(label);
    const theirs = await world.call({ path: '/storage/secret/plan.txt', as: 'victim' });
    expect(String(theirs.bytes)).toBe('theirs');
  });

  it('keeps names apart that only look alike', async () => {
    const accepted = spellings.filter(([, , names]) => 'key' in names);
    for (const [label, path] of accepted) await put(path, label);
    for (const [label, path] of accepted) expect(String((await world.call({ path })).bytes)).toBe(label);
  });

  it.each(['%', '%zz', '%c3', '%ed%a0%80'])('refuses %s, which is no escape', async (broken) => {
    expect((await put(`/storage/mine/${broken}`, 'x')).status).toBe(400);
  });

  it('lays every byte below the tenant’s own id, under names of ids alone', () => {
    for (const key of world.kept()) expect(key).toMatch(/^tenant-(?:one|victim)\/[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });
});

describe('the length of a name', () => {
  it.each([
    ['a bucket of 255 characters', `/storage/${'b'.repeat(255)}/k`, 201],
    ['a bucket of 256', `/storage/${'b'.repeat(256)}/k`, 400],
    ['a key of 512 characters', `/storage/b/${'k'.repeat(512)}`, 201],
    ['a key of 513', `/storage/b/${'k'.repeat(513)}`, 400],
    ['a key of 1,024 bytes', `/storage/b/${'%C3%A9'.repeat(512)}`, 201],
    ['a key of 512 characters and more bytes', `/storage/b/${'%E2%82%AC'.repeat(342)}`, 400],
    ['a bucket of 255 large letters', `/storage/${'%F0%9F%98%80'.repeat(255)}/k`, 201],
  ])('%s: %s', async (_, path, status) => {
    expect((await put(path, 'x')).status).toBe(status);
  });
});

describe('the name of a download', () => {
  it.each([
    ['report.pdf', 'attachment; filename=report.pdf'],
    ['a/b/report.pdf', `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
    ['two words.txt', `attachment; filename="two words.txt"; filename*=UTF-8''two%20words.txt`],
    ['a"b.txt', `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
    ['naïve.txt', `attachment; filename="na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt`],
    [
      'x; filename=evil.exe',
      `attachment; filename="x; filename=evil.exe"; filename*=UTF-8''x%3B%20filename%3Devil.exe`,
    ],
    ['folder/', `attachment; filename="folder"; filename*=UTF-8''folder`],
    ['c:\\windows\\evil.dll', `attachment; filename="evil.dll"; filename*=UTF-8''evil.dll`],
    ['/', `attachment; filename="object"; filename*=UTF-8''object`],
    ["it's(1).txt", `attachment; filename="it's(1).txt"; filename*=UTF-8''it%27s%281%29.txt`],
  ])('of %s is %s', (key, header) => {
    expect(dispositionOf(key)).toBe(header);
  });
});
