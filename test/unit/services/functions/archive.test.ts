import { describe, expect, it } from 'vitest';
import { inspectArchive } from '../../../../lib/services/functions/archive.ts';
import { zip } from '../../../support/zip.ts';

/** Puts one text in the place of another of the same length, wherever it stands. */
const patched = (archive: Buffer, from: string | Buffer, to: string | Buffer): Buffer => {
  const [search, replacement] = [Buffer.from(from), Buffer.from(to)];
  const copy = Buffer.from(archive);
  for (let at = copy.indexOf(search); at >= 0; at = copy.indexOf(search, at + 1)) replacement.copy(copy, at);
  return copy;
};

const renamed = async (from: string, to: string): Promise<Buffer> =>
  patched(await zip({ [from]: 'x' }), from, to);

/** The first entry of the central directory, whose fields lie at fixed places. */
const directory = (archive: Buffer): number => archive.indexOf('PK\x01\x02', 0, 'latin1');

const withField = (archive: Buffer, offset: number, value: number, bytes: 2 | 4): Buffer => {
  const copy = Buffer.from(archive);
  copy.writeUIntLE(value, directory(copy) + offset, bytes);
  return copy;
};

describe('an archive of code', () => {
  it('gives its files, its size and its hash', async () => {
    const bytes = await zip({ 'index.js': 'x', 'lib/a.js': 'y' });
    const { files, size, sha256 } = await inspectArchive(bytes);
    expect([...files]).toEqual(['index.js', 'lib/a.js']);
    expect(size).toBe(bytes.length);
    expect(Buffer.from(sha256, 'base64')).toHaveLength(32);
  });

  it.each<[string, () => Promise<Buffer> | Buffer, RegExp]>([
    ['is none', () => Buffer.from('hello'), /must be a zip archive/],
    ['is cut off', async () => (await zip({ a: 'x' })).subarray(0, -10), /must be a zip archive/],
    ['holds nothing', () => Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64'), /holds no file/],
    ['leads out of its folder', () => renamed('aa/x.js', '../x.js'), /not allowed/],
    ['leads out further in', () => renamed('a/bb/x.js', 'a/../x.js'), /not allowed/],
    ['has an absolute name', () => renamed('aetc', '/etc'), /not allowed/],
    ['has a drive', () => renamed('aa/x.js', 'C:/x.js'), /not allowed/],
    ['has a backslash', () => renamed('aa/x.js', '..\\x.js'), /not allowed/],
    ['holds a link', () => zip({ link: '/etc/passwd' }, 0o120777), /link or a device/],
    ['holds a device', () => zip({ device: '' }, 0o020666), /link or a device/],
    [
      'holds a name twice',
      async () => patched(await zip({ a1: 'x', a2: 'y' }), 'a2', 'a1'),
      /more than once/,
    ],
    ['is a bomb', () => zip({ bomb: Buffer.alloc(5_000_000) }), /grows more than 200 times/],
    ['is encrypted', async () => withField(await zip({ a: 'x' }), 8, 1, 2), /encrypted/],
    ['is packed unheard-of', async () => withField(await zip({ a: 'x' }), 10, 97, 2), /not known/],
    [
      'says that it has too many entries',
      async () => {
        const bytes = await zip({ a: 'x' });
        // Of the end of the central directory: entries on this disk, and in all.
        const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
        bytes.writeUInt16LE(5_001, end + 8);
        bytes.writeUInt16LE(5_001, end + 10);
        return bytes;
      },
      /at most 5000 entries/,
    ],
    [
      'says that its entry is larger than all may be',
      async () => withField(await zip({ a: 'x' }), 24, 0x7fffffff, 4),
      /grows more|at most/,
    ],
    [
      'says that its entry is smaller than it is',
      async () => withField(await zip({ a: 'x'.repeat(10_000) }), 24, 10, 4),
      /can't be unpacked/,
    ],
    [
      'has broken bytes',
      async () => {
        const bytes = await zip({ a: 'abcdefgh'.repeat(1_000) });
        bytes.fill(0xff, 40, 60);
        return bytes;
      },
      /can't be unpacked/,
    ],
  ])('that %s, is refused', async (_, make, message) => {
    await expect(inspectArchive(await make())).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'code', message: expect.stringMatching(message) }],
    });
  });
});
