import { notFound } from '../../platform/errors/index.ts';
import type { RawAnswer } from '../../platform/http/raw.ts';
import { documentationPage, stylesheet } from '../../platform/openapi/page.ts';
import type { JsonSchema } from '../../platform/openapi/schemas.ts';

/** The files below `/swagger/`. */
export interface Documentation {
  /** @throws CloudError `NOT_FOUND` */
  file(name: string): Promise<RawAnswer>;
}

/** Seconds that a browser may keep a file: it changes with a deployment. */
const headers = { 'Cache-Control': 'public, max-age=300' };

/** @param load gives the OpenAPI document; asked once, and not before somebody reads */
export const createDocumentation = (load: () => Promise<JsonSchema>): Documentation => {
  let loading: Promise<JsonSchema> | undefined;
  const document = (): Promise<JsonSchema> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  const makers: Record<string, () => Promise<RawAnswer>> = {
    'index.html': async () => ({
      contentType: 'text/html; charset=utf-8',
      body: documentationPage(await document()),
      headers,
    }),
    'style.css': async () => ({ contentType: 'text/css; charset=utf-8', body: stylesheet, headers }),
    'doc.json': async () => ({
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify(await document()),
      headers,
    }),
  };

  const made = new Map<string, Promise<RawAnswer>>();
  return {
    file(name) {
      const known = made.get(name);
      if (known) return known;
      const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
      if (!make) return Promise.reject(notFound('page'));
      const file = make();
      made.set(name, file);
      file.catch(() => made.delete(name));
      return file;
    },
  };
};
