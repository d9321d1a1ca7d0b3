import type { JsonSchema } from './schemas.ts';

/** The page's own stylesheet: the content security policy allows no inline one. */
export const stylesheet = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font: 0.875em/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8884; border-radius: 4px; }
details { border-bottom: 1px solid #8884; padding: 0.4rem 0; }
summary { cursor: pointer; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
.note { color: #777; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; }
`;

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: unknown): string =>
  String(text ?? '').replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'];

interface Operation {
  method: string;
  path: string;
  operation: JsonSchema;
}

const operationsOf = (document: JsonSchema): Operation[] =>
  Object.entries(document.paths as Record<string, Record<string, JsonSchema>>).flatMap(([path, item]) =>
    methods.flatMap((method) =>
      item[method] ? [{ method: method.toUpperCase(), path, operation: item[method] }] : [],
    ),
  );

const schemaText = (schema: unknown): string => `<pre>${escaped(JSON.stringify(schema, null, 2))}</pre>`;

const contentText = (content: unknown): string =>
  Object.entries((content ?? {}) as Record<string, { schema: unknown }>)
    .map(([type, { schema }]) => `<p class="note">${escaped(type)}</p>${schemaText(schema)}`)
    .join('');

/** A component instead of the reference to it. */
const resolved = (document: JsonSchema, value: JsonSchema): JsonSchema => {
  if (typeof value.$ref !== 'string') return value;
  const [, ...steps] = value.$ref.split('/');
  return steps.reduce((node, step) => node[step] as JsonSchema, document);
};

const parametersText = (document: JsonSchema, parameters: readonly JsonSchema[]): string =>
  parameters.length === 0
    ? ''
    : `<h4>Parameters</h4><table>${parameters
        .map((parameter) => resolved(document, parameter))
        .map(
          ({ name, in: place, required, description, schema }) =>
            `<tr><td><code>${escaped(name)}</code></td><td>${escaped(place)}${required ? ', required' : ''}</td><td>${escaped(
              description,
            )} <code>${escaped(JSON.stringify(schema))}</code></td></tr>`,
        )
        .join('')}</table>`;

const responsesText = (document: JsonSchema, responses: Record<string, JsonSchema>): string =>
  `<h4>Answers</h4><table>${Object.entries(responses)
    .map(([status, response]) => {
      const { description, content } = resolved(document, response);
      const body = Number(status) < 400 ? contentText(content) : '';
      return `<tr><td>${escaped(status)}</td><td>${escaped(description)}${body}</td></tr>`;
    })
    .join('')}</table>`;

const operationText = (document: JsonSchema, { method, path, operation }: Operation): string =>
  `<details id="${escaped(operation.operationId)}"><summary><span class="method">${method}</span> <code>${escaped(path)}</code> ${escaped(
    operation.summary,
  )}</summary><p>${escaped(operation.description)}</p><p class="note">Permission: <code>${escaped(operation['x-permission'])}</code></p>${parametersText(
    document,
    (operation.parameters ?? []) as JsonSchema[],
  )}${
    operation.requestBody ? `<h4>Body</h4>${contentText((operation.requestBody as JsonSchema).content)}` : ''
  }${responsesText(document, operation.responses as Record<string, JsonSchema>)}</details>`;

/**
 * An OpenAPI document as one HTML page: no script, nothing from elsewhere, so it works under the API's own content security
 * policy (`default-src 'self'`), and offline.
 */
export const documentationPage = (document: JsonSchema): string => {
  const info = document.info as JsonSchema;
  const all = operationsOf(document);
  const tags = (document.tags as { name: string }[]).map(({ name }) => name);
  const sections = tags.map(
    (tag) =>
      `<h2 id="${escaped(tag)}">${escaped(tag)}</h2>${all
        .filter(({ operation }) => (operation.tags as string[]).includes(tag))
        .map((one) => operationText(document, one))
        .join('')}`,
  );
  const schemas = Object.entries((document.components as { schemas: JsonSchema }).schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${schemaText(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(
    info.title,
  )} API</title><link rel="stylesheet" href="/swagger/style.css"></head><body><h1>${escaped(info.title)} API ${escaped(
    info.version,
  )}</h1><p>${escaped(info.description)} The <a href="/openapi.json">OpenAPI document</a> is for programs.</p>${sections.join(
    '',
  )}<h2 id="schemas">Schemas</h2>${schemas.join('')}</body></html>`;
};
