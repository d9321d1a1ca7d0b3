import { validationError } from './errors.ts';

interface Attribute {
  Key?: string;
  Value?: string;
}

/** What an attribute may be: its default, and a test of other values; without one it can't change. */
export interface AttributeRule {
  initial: string;
  allows?(value: string): boolean;
}

const between =
  (min: number, max: number) =>
  (value: string): boolean =>
    /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;

const oneOf =
  (...values: string[]) =>
  (value: string): boolean =>
    values.includes(value);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const balancerAttributes: Readonly<Record<string, AttributeRule>> = {
  'access_logs.s3.enabled': { initial: 'false' },
  'deletion_protection.enabled': { initial: 'false', allows: oneOf('true', 'false') },
  'idle_timeout.timeout_seconds': { initial: '60', allows: between(1, 4_000) },
  'load_balancing.cross_zone.enabled': { initial: 'true' },
  'routing.http2.enabled': { initial: 'true' },
  'routing.http.preserve_host_header.enabled': { initial: 'true' },
  'routing.http.xff_header_processing.mode': { initial: 'append' },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
export const targetGroupAttributes: Readonly<Record<string, AttributeRule>> = {
  'deregistration_delay.timeout_seconds': { initial: '300', allows: between(0, 3_600) },
  'load_balancing.algorithm.type': {
    initial: 'round_robin',
    allows: oneOf('round_robin', 'least_outstanding_requests'),
  },
  'load_balancing.cross_zone.enabled': { initial: 'use_load_balancer_configuration' },
  'slow_start.duration_seconds': { initial: '0' },
  'stickiness.enabled': { initial: 'false' },
};

export const initialAttributes = (rules: Readonly<Record<string, AttributeRule>>): Record<string, string> =>
  Object.fromEntries(Object.entries(rules).map(([key, { initial }]) => [key, initial]));

/** The attributes after a change. @throws ValidationError for a key that isn't known, or a value that can't be had here */
export const changedAttributes = (
  rules: Readonly<Record<string, AttributeRule>>,
  current: Readonly<Record<string, string>>,
  changes: readonly Attribute[],
): Record<string, string> => {
  const changed = { ...current };
  for (const { Key: key = '', Value: value = '' } of changes) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) throw validationError(`The attribute key '${key}' is not recognized`);
    if (value !== rule.initial && !rule.allows?.(value))
      throw validationError(`The value '${value}' of the attribute '${key}' is not valid`);
    changed[key] = value;
  }
  return changed;
};

export const attributeList = (
  attributes: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] => Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
