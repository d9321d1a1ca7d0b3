import type { InstanceMetadataOptionsRequest, InstanceMetadataOptionsResponse } from '@aws-sdk/client-ec2';
import { invalidValue } from '../rules/errors.ts';

const choose = <T extends string>(
  value: T | undefined,
  allowed: readonly T[],
  fallback: T | undefined,
  name: string,
): T | undefined => {
  if (value === undefined) return fallback;
  if (!allowed.includes(value)) throw invalidValue(value, name, `Valid values are: ${allowed.join(', ')}.`);
  return value;
};

/**
 * The instance metadata service's settings: what is asked for, else what was, else AWS's defaults.
 * @throws InvalidParameterValue
 */
export const resolveMetadataOptions = (
  asked: InstanceMetadataOptionsRequest | undefined,
  before: InstanceMetadataOptionsResponse,
): InstanceMetadataOptionsResponse => {
  const hopLimit = asked?.HttpPutResponseHopLimit ?? before.HttpPutResponseHopLimit;
  if (hopLimit !== undefined && (!Number.isInteger(hopLimit) || hopLimit < 1 || hopLimit > 64))
    throw invalidValue(hopLimit, 'HttpPutResponseHopLimit', 'Expecting a value between 1 and 64.');
  const switchValues = ['disabled', 'enabled'] as const;
  return {
    State: 'applied',
    HttpTokens: choose(
      asked?.HttpTokens,
      ['optional', 'required'],
      before.HttpTokens ?? 'optional',
      'HttpTokens',
    ),
    HttpPutResponseHopLimit: hopLimit,
    HttpEndpoint: choose(asked?.HttpEndpoint, switchValues, before.HttpEndpoint ?? 'enabled', 'HttpEndpoint'),
    HttpProtocolIpv6: choose(
      asked?.HttpProtocolIpv6,
      switchValues,
      before.HttpProtocolIpv6 ?? 'disabled',
      'HttpProtocolIpv6',
    ),
    InstanceMetadataTags: choose(
      asked?.InstanceMetadataTags,
      switchValues,
      before.InstanceMetadataTags ?? 'disabled',
      'InstanceMetadataTags',
    ),
  };
};

/** What an image's instances start with. An image that asks for IMDSv2 also allows one more hop, for containers. */
export const defaultMetadataOptions = (requiresImdsV2: boolean): InstanceMetadataOptionsResponse =>
  requiresImdsV2
    ? { HttpTokens: 'required', HttpPutResponseHopLimit: 2 }
    : { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 };
