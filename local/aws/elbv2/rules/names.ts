import { validationError } from './errors.ts';

const maxNameLength = 32;

/**
 * Names of balancers and target groups.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 *
 * @param noun `load balancer` or `target group`
 * @throws ValidationError
 */
export const checkName = (name: string, noun: string): void => {
  if (name.length > maxNameLength)
    throw validationError(`The ${noun} name '${name}' cannot be longer than '${maxNameLength}' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw validationError(
      `The ${noun} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  if (name.startsWith('-') || name.endsWith('-'))
    throw validationError(`The ${noun} name '${name}' cannot begin or end with a hyphen(-)`);
  if (noun === 'load balancer' && name.startsWith('internal-'))
    throw validationError(`The ${noun} name '${name}' cannot begin with 'internal-'`);
};
