import { isRecord } from '../template/types.ts';

/** How a target's input is made of the event; all undefined: the event itself. */
export interface TargetInput {
  constant: string | undefined;
  path: string | undefined;
  transformer: { paths: Record<string, string>; template: string } | undefined;
}

/** Value at a path such as `$.detail.instance-id` or `$.resources[0]`; undefined where there is none. */
export const valueAt = (path: string, event: unknown): unknown => {
  let value = event;
  for (const [, name, index] of path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
    else value = isRecord(value) && name !== undefined ? value[name] : undefined;
  }
  return value;
};

/** A value's text inside a quoted string of the template. */
const inside = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value).slice(1, -1)
    : value === undefined
      ? ''
      : JSON.stringify(value);

const transform = (paths: Record<string, string>, template: string, event: unknown): string => {
  const values: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, valueAt(path, event)])),
    'aws.events.event': event,
    'aws.events.event.json': event,
  };
  let quoted = false;
  return template.replaceAll(/\\.|"|<([^<>]+)>/g, (match, name: string | undefined) => {
    if (match === '"') quoted = !quoted;
    if (name === undefined || !(name in values)) return match;
    const value = values[name];
    return quoted ? inside(value) : value === undefined ? 'null' : JSON.stringify(value);
  });
};

/**
 * The text that a target receives for an event.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export const targetInput = (input: TargetInput, event: unknown): string => {
  if (input.constant !== undefined) return input.constant;
  if (input.path !== undefined) return JSON.stringify(valueAt(input.path, event)) ?? 'null';
  if (input.transformer) return transform(input.transformer.paths, input.transformer.template, event);
  return JSON.stringify(event);
};
