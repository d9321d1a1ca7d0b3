import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from './run/unpack.ts';

/** Folders for code and for invocations, below one that goes with the process. */
export const createFolders = () => {
  let root: Promise<string> | undefined;
  /** With a package of its own, so that what lies above says nothing of how code is read. */
  const makeRoot = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'cloud-functions-'));
    await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
    return folder;
  };
  const codes = new Map<string, Promise<string>>();
  const rootFolder = async (): Promise<string> => {
    root ??= makeRoot();
    return root;
  };

  /** Unpacked beside its place, so that nobody runs what is half there. */
  const make = async (hash: string, zip: Uint8Array): Promise<string> => {
    const parent = await rootFolder();
    const partial = await mkdtemp(join(parent, 'partial-'));
    await unpack(Buffer.from(zip), partial);
    const folder = join(parent, `code-${hash}`);
    await rename(partial, folder);
    return folder;
  };

  return {
    codeFolder({ codeSha256 }: { codeSha256: string }, zip: () => Uint8Array): Promise<string> {
      const hash = Buffer.from(codeSha256, 'base64').toString('hex');
      const known = codes.get(hash);
      if (known) return known;
      const made = make(hash, zip());
      codes.set(hash, made);
      made.catch(() => codes.delete(hash));
      return made;
    },

    async scratchFolder(): Promise<string> {
      const parent = join(await rootFolder(), 'scratch');
      await mkdir(parent, { recursive: true });
      return mkdtemp(join(parent, 'invocation-'));
    },

    close(): void {
      void root?.then((folder) => rmSync(folder, { recursive: true, force: true }));
    },
  };
};
