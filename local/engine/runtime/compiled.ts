import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, hashOfFiles } from '../cached.ts';

const local = fileURLToPath(new URL('../../', import.meta.url));

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
  const folder = await cached(`threads-${hashOfFiles(local, ['**/*.ts'])}`, compile);
  return {
    thread: new URL(`file://${join(folder, 'thread.mjs')}`),
    sdkPlugin: join(folder, 'sdk-plugin.mjs'),
  };
};
