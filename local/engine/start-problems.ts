import { DataFolderInUseError } from './data-folder.ts';
import { UnsupportedPlatformError } from './services/dynoxide-binary.ts';
import { TemplateError } from './template/template-error.ts';

/** What went wrong at the start, in words that say what to do; the whole error where it is none of the known ones. */
export const explain = (error: unknown, port: number): string => {
  if (error instanceof DataFolderInUseError || error instanceof UnsupportedPlatformError)
    return error.message;
  if (error instanceof TemplateError) return `The template cannot run locally: ${error.message}`;
  if (error instanceof SyntaxError && !error.stack?.includes('.mjs'))
    return `CLOUD_CONTEXT must be a JSON object of context values, for example '{"registration":"closed"}': ${error.message}`;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    return `Port ${port} of 127.0.0.1 is taken. Stop what listens there, or choose another: PORT=${port + 1} npm start`;
  if (error instanceof Error && error.message.startsWith('The context is not valid')) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
