import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, keepInCache } from '../cache-folder.ts';
import { withBundler } from '../with-bundler.ts';

const local = fileURLToPath(new URL('../../', import.meta.url));

const hashSources = (): string => {
  const hash = createHash('sha256').update(process.version);
  for (const file of globSync('**/*.ts', { cwd: local }).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(local, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 20);
};

const compile = async (directory: string): Promise<void> => {
  const { build } = await import('esbuild');
  await build({
    entryPoints: {
      thread: join(local, 'engine/runtime/thread.ts'),
      'sdk-plugin': join(local, 'sdk-plugin.ts'),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import{createRequire as createRequireOfModule}from'node:module';const require=createRequireOfModule(import.meta.url);",
    },
    outdir: directory,
    logLevel: 'warning',
  });
};

/** What runs inside of functions' threads. */
export interface ThreadCode {
  /** URL of the module that a thread starts with. */
  thread: URL;
  /** Absolute path of the module that goes below the functions' AWS clients, for `CLOUD_SDK_PLUGIN`. */
  sdkPlugin: string;
}

/**
 * The threads' code as plain JavaScript: were it TypeScript, each thread would load a compiler of its own. Compiled anew
 * only when a source of the engine has changed.
 */
export const threadCode = async (): Promise<ThreadCode> => {
  const directory = join(cacheFolder, `threads-${hashSources()}`);
  if (!existsSync(directory)) {
    const draft = `${directory}.${process.pid}.draft`;
    mkdirSync(draft, { recursive: true });
    await withBundler(() => compile(draft));
    // Somebody else may have compiled the same meanwhile; then both are there, and either will do.
    if (existsSync(directory)) return codeIn(draft);
    renameSync(draft, directory);
  }
  return codeIn(directory);
};

const codeIn = (directory: string): ThreadCode => {
  keepInCache(directory);
  return {
    thread: new URL(`file://${join(directory, 'thread.mjs')}`),
    sdkPlugin: join(directory, 'sdk-plugin.mjs'),
  };
};
