import { parseId } from '../../platform/ids.ts';

const shape = /^lb:\/\/([^/?#]+)(\/[^?#\s]*)?$/i;

/** A target that is a load balancer of the route's tenant: `lb://<its id>/base/path`. */
export interface BalancerTarget {
  id: string;
  path: string;
}

/** Whether a target names a load balancer, well or not. */
export const namesBalancer = (target: string): boolean => /^lb:/i.test(target);

/** `undefined` where the text is no such target. */
export const balancerTargetOf = (target: string): BalancerTarget | undefined => {
  const [, given, path = ''] = shape.exec(target) ?? [];
  const id = given && parseId(given);
  return id ? { id, path } : undefined;
};
