/**
 * Writes `docs/openapi.json` and `docs/permissions.md` from the route declarations. With `--check` it writes nothing, and
 * fails where the committed files are not what would be written.
 */
import { glob, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import { builtInRoles } from '../lib/platform/auth/roles.ts';
import { openApiDocument } from '../lib/platform/openapi/document.ts';
import { permissionMatrix } from '../lib/platform/openapi/permission-matrix.ts';
import { apiFunctions } from '../lib/services/index.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const jsonOf = (schema: z.core.$ZodType): string =>
  JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }));

/** Schemas of objects and enumerations by the names they are exported with: a schema and its type share a name. */
const schemaNames = async (): Promise<Map<z.core.$ZodType, string>> => {
  const names = new Map<z.core.$ZodType, string>();
  const taken = new Map<string, z.core.$ZodType>();
  const files: string[] = [];
  for await (const file of glob('lib/services/*/schema.ts', { cwd: root })) files.push(file);
  for (const file of files.sort()) {
    const exported: Record<string, unknown> = await import(pathToFileURL(join(root, file)).href);
    for (const [name, schema] of Object.entries(exported)) {
      if (!(schema instanceof z.ZodMiniObject || schema instanceof z.ZodMiniEnum)) continue;
      const other = taken.get(name);
      if (other && jsonOf(other) !== jsonOf(schema)) {
        throw new Error(`two different schemas are called ${name}; the second is in ${file}`);
      }
      taken.set(name, schema);
      names.set(schema, name);
    }
  }
  return names;
};

const routes = Object.values(apiFunctions).flat();
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const files: Record<string, string> = {
  'docs/openapi.json': `${JSON.stringify(openApiDocument(routes, { version, names: await schemaNames() }), null, 2)}\n`,
  'docs/permissions.md': permissionMatrix(routes, builtInRoles),
};

for (const [name, text] of Object.entries(files)) {
  const path = join(root, name);
  if (!process.argv.includes('--check')) {
    await writeFile(path, text);
    continue;
  }
  if ((await readFile(path, 'utf8')) === text) continue;
  console.error(`${name} is not what the routes say: run \`npm run openapi\` and review the change`);
  process.exitCode = 1;
}
