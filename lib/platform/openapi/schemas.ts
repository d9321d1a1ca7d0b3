import * as z from 'zod/mini';

export type JsonSchema = Record<string, unknown>;

/** zod schemas as JSON Schema: those with a name become components, once; the others stand where they are used. */
export interface SchemaBook {
  /** @param io whether the schema describes what is sent to us, or what we answer */
  of(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema;
  /** Properties of an object schema, for parameters: name, schema, whether it must be given. */
  properties(schema: z.core.$ZodType): { name: string; schema: JsonSchema; required: boolean }[];
  components(): Record<string, JsonSchema>;
}

const definitions = '#/$defs/';
const components = '#/components/schemas/';

/** Applies `change` to each `$ref`, and leaves out what says nothing to a reader. */
const rewritten = (value: unknown, change: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (key === '$schema' || key === '$defs' || key === 'id') return [];
    // An answer may gain fields in a later version, which its readers must bear.
    if (key === 'additionalProperties' && inner === false) return [];
    if (key === 'minimum' && inner === Number.MIN_SAFE_INTEGER) return [];
    if (key === 'maximum' && inner === Number.MAX_SAFE_INTEGER) return [];
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith(definitions)) {
      return [[key, components + change(inner.slice(definitions.length))]];
    }
    return [[key, rewritten(inner, change)]];
  });
  return Object.fromEntries(entries);
};

/** @param names the schemas that are components, with their names */
export const createSchemaBook = (names: ReadonlyMap<z.core.$ZodType, string>): SchemaBook => {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema as z.core.$ZodType, { id });
  const found = new Map<string, JsonSchema>();

  /** Where a named schema differs by direction, the one that is sent has `Input` behind its name. */
  const nameFor = (name: string, io: 'input' | 'output', schema: JsonSchema): string => {
    const output = found.get(name);
    if (io === 'output' || output === undefined || JSON.stringify(output) === JSON.stringify(schema))
      return name;
    return `${name}Input`;
  };

  const of: SchemaBook['of'] = (schema, io) => {
    const whole = z.toJSONSchema(schema, {
      metadata: registry as never,
      io,
      unrepresentable: 'any',
    }) as JsonSchema;
    const defined = (whole.$defs ?? {}) as Record<string, JsonSchema>;
    const same = (name: string) => name;
    const names = new Map(
      Object.entries(defined).map(([name, inner]) => [
        name,
        nameFor(name, io, rewritten(inner, same) as JsonSchema),
      ]),
    );
    const rename = (name: string) => names.get(name) ?? name;
    for (const [name, inner] of Object.entries(defined))
      found.set(rename(name), rewritten(inner, rename) as JsonSchema);
    return rewritten(whole, rename) as JsonSchema;
  };

  return {
    of,
    properties(schema) {
      const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
      const required = new Set((whole.required as string[] | undefined) ?? []);
      return Object.entries((whole.properties as Record<string, JsonSchema> | undefined) ?? {}).map(
        ([name, inner]) => ({
          name,
          schema: rewritten(inner, (inside) => inside) as JsonSchema,
          required: required.has(name),
        }),
      );
    },
    components: () => Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
