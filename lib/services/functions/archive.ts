import { createHash } from 'node:crypto';
import yauzl from 'yauzl';
import { invalid } from '../../platform/errors/index.ts';
import { freeInflationBytes, maxEntries, maxInflation, maxUnpackedBytes } from './limits.ts';

/** What an archive holds, once it is known to be harmless. */
export interface Archive {
  /** Names of its files, folders apart. */
  files: ReadonlySet<string>;
  /** Base64. */
  sha256: string;
  size: number;
}

/** The file types of Unix in the upper half of `externalFileAttributes`, where the archive was made on one. */
const fileType = 0o170000;
const regular = 0o100000;
const folder = 0o040000;
/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.4.4 */
const encrypted = 0x1;

const refuse = (message: string) => invalid('code', message);

const checkEntry = (entry: yauzl.Entry): void => {
  const { fileName, compressedSize, uncompressedSize } = entry;
  const type = (entry.externalFileAttributes >>> 16) & fileType;
  const madeOnUnix = entry.versionMadeBy >>> 8 === 3;
  if (madeOnUnix && type !== 0 && type !== regular && type !== folder)
    throw refuse(`${fileName} is a link or a device: only files and folders are taken`);
  if ((entry.generalPurposeBitFlag & encrypted) !== 0) throw refuse(`${fileName} is encrypted`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw refuse(`${fileName} is packed in a way that is not known: store or deflate`);
  if (fileName.includes('\0') || fileName.length > 512) throw refuse('a name in the archive is not allowed');
  if (uncompressedSize > freeInflationBytes && uncompressedSize > compressedSize * maxInflation)
    throw refuse(`${fileName} grows more than ${maxInflation} times when it is unpacked`);
};

/** Unpacks one entry to nowhere: what it says of its size may be a lie, and its bytes may be broken. */
const drain = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<void> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) {
        reject(refuse(`${entry.fileName} can't be unpacked`));
        return;
      }
      // yauzl ends a stream that gives more than the entry's size, or less, with an error.
      stream.on('error', () => reject(refuse(`${entry.fileName} can't be unpacked`)));
      stream.on('end', resolve);
      stream.resume();
    });
  });

const open = (bytes: Buffer): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    // Names are checked by yauzl: absolute ones, `..`, drive letters and backslashes are errors.
    const options = { lazyEntries: true, strictFileNames: true, validateEntrySizes: true };
    yauzl.fromBuffer(bytes, options, (error, zip) => {
      if (error) reject(refuse(`must be a zip archive (${error.message})`));
      else resolve(zip);
    });
  });

/**
 * Looks through an archive of code: each entry is unpacked, and nothing of it kept.
 * @throws CloudError `INVALID_INPUT` for what is no zip archive, leads out of its folder, holds links or devices, is
 *   encrypted or broken, or unpacks to more than the bounds
 */
export const inspectArchive = async (bytes: Buffer): Promise<Archive> => {
  const zip = await open(bytes);
  if (zip.entryCount > maxEntries) throw refuse(`can have at most ${maxEntries} entries`);
  const files = new Set<string>();
  let unpacked = 0;
  await new Promise<void>((resolve, reject) => {
    const take = async (entry: yauzl.Entry): Promise<void> => {
      checkEntry(entry);
      unpacked += entry.uncompressedSize;
      if (unpacked > maxUnpackedBytes) throw refuse(`can unpack to at most ${maxUnpackedBytes} bytes`);
      if (!entry.fileName.endsWith('/')) {
        if (files.has(entry.fileName)) throw refuse(`${entry.fileName} is in it more than once`);
        await drain(zip, entry);
        files.add(entry.fileName);
      }
      zip.readEntry();
    };
    zip.on('entry', (entry: yauzl.Entry) => {
      take(entry).catch((error: unknown) => {
        zip.close();
        reject(error);
      });
    });
    zip.on('error', (error: Error) => reject(refuse(`is not allowed (${error.message})`)));
    zip.on('end', resolve);
    zip.readEntry();
  });
  if (files.size === 0) throw refuse('holds no file');
  return { files, sha256: createHash('sha256').update(bytes).digest('base64'), size: bytes.length };
};
