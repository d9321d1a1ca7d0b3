/**
 * Calls a handler of Node: the event comes on standard input, the answer goes to file descriptor 3.
 * It runs in a process of its own, without the rest of this repository.
 */
import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , handlerName = '', awsRequestId] = process.argv;

const answer = (value) => {
  const bytes = Buffer.from(JSON.stringify(value));
  for (let written = 0; written < bytes.length; ) written += writeSync(3, bytes, written);
};

const named = (errorType, message) => Object.assign(new Error(message), { name: errorType });

const load = async () => {
  const dot = handlerName.lastIndexOf('.');
  const [path, name] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)];
  const file = ['.js', '.mjs', '.cjs'].map((ending) => join(process.cwd(), path + ending)).find(existsSync);
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  const loaded = await import(pathToFileURL(file).href);
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  return handler;
};

try {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const handler = await load();
  const context = { awsRequestId, functionName: process.env.AWS_LAMBDA_FUNCTION_NAME };
  answer({ result: await handler(JSON.parse(Buffer.concat(chunks).toString('utf8')), context) });
} catch (error) {
  console.error(error);
  answer({
    error: { errorType: error?.name ?? 'Error', errorMessage: String(error?.message ?? error) },
  });
}
process.exit(0);
