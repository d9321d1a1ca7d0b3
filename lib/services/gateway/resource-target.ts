import { parseId } from '../../platform/ids.ts';

const shape = /^(lb|function):\/\/([^/?#]+)(\/[^?#\s]*)?$/i;

/** A target that is something of the route's tenant: `lb://<id>/base/path` or `function://<id>/base/path`. */
export interface ResourceTarget {
  type: 'lb' | 'function';
  id: string;
  path: string;
}

/** What sort of resource a target names, well or not. */
export const namedTypeOf = (target: string): ResourceTarget['type'] | undefined =>
  /^(lb|function):/i.exec(target)?.[1]?.toLowerCase() as ResourceTarget['type'] | undefined;

/** `undefined` where the text is no such target. */
export const resourceTargetOf = (target: string): ResourceTarget | undefined => {
  const [, type, given, path = ''] = shape.exec(target) ?? [];
  const id = given && parseId(given);
  return type && id ? { type: type.toLowerCase() as ResourceTarget['type'], id, path } : undefined;
};
