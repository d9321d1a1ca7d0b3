import type { Condition } from './types.ts';
import type { Attributes } from './values.ts';
import { toAttributes } from './values.ts';

/** Collects placeholders. Those made here start with `_`, so they can't meet a caller's own. */
export class Placeholders {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, unknown> = {};
  #count = 0;

  name(attribute: string): string {
    const placeholder = `#_${this.#count++}`;
    this.#names[placeholder] = attribute;
    return placeholder;
  }

  value(value: unknown): string {
    const placeholder = `:_${this.#count++}`;
    this.#values[placeholder] = value;
    return placeholder;
  }

  /** Takes over a caller's condition with its names and values. */
  condition(condition: Condition): string {
    Object.assign(this.#names, condition.names);
    Object.assign(this.#values, condition.values);
    return condition.expression;
  }

  /** What a command needs beside its expressions; DynamoDB refuses empty maps. */
  get attributes(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Attributes;
  } {
    return {
      ...(Object.keys(this.#names).length > 0 && { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: toAttributes(this.#values) }),
    };
  }
}

/** An update expression, or `undefined` where nothing is to be done. A `set` of `undefined` leaves the attribute alone. */
export const updateExpression = (
  change: { set?: Record<string, unknown>; add?: Record<string, number>; remove?: readonly string[] },
  placeholders: Placeholders,
): string | undefined => {
  const set = Object.entries(change.set ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${placeholders.name(name)} = ${placeholders.value(value)}`);
  const add = Object.entries(change.add ?? {}).map(
    ([name, amount]) => `${placeholders.name(name)} ${placeholders.value(amount)}`,
  );
  const remove = (change.remove ?? []).map((name) => placeholders.name(name));
  const clauses = [
    set.length > 0 && `SET ${set.join(', ')}`,
    add.length > 0 && `ADD ${add.join(', ')}`,
    remove.length > 0 && `REMOVE ${remove.join(', ')}`,
  ].filter(Boolean);
  return clauses.length > 0 ? clauses.join(' ') : undefined;
};
