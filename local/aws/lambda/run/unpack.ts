import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';

const open = (bytes: Buffer): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, strictFileNames: true }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });

const read = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> =>
  new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });

/** As an archive made on Unix says; else readable for all, and programs may be run. */
const modeOf = (entry: yauzl.Entry): number => (entry.externalFileAttributes >>> 16) & 0o777 || 0o755;

/**
 * Unpacks an archive into a folder. Links become plain files, and no name leads out of the folder.
 * @throws Error for an archive that is broken or whose names lead elsewhere
 */
export const unpack = async (bytes: Buffer, folder: string): Promise<void> => {
  const zip = await open(bytes);
  await new Promise<void>((resolve, reject) => {
    const take = async (entry: yauzl.Entry): Promise<void> => {
      const target = join(folder, entry.fileName);
      if (!target.startsWith(folder + sep)) throw new Error(`${entry.fileName} leads out of the folder`);
      if (entry.fileName.endsWith('/')) await mkdir(target, { recursive: true });
      else {
        await mkdir(dirname(target), { recursive: true });
        await pipeline(await read(zip, entry), createWriteStream(target, { mode: modeOf(entry) | 0o400 }));
      }
      zip.readEntry();
    };
    zip.on('entry', (entry: yauzl.Entry) => {
      take(entry).catch((error: unknown) => {
        zip.close();
        reject(error);
      });
    });
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.readEntry();
  });
};
