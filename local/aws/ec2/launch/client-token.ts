import { createHash } from 'node:crypto';
import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import { invalidValue } from '../rules/errors.ts';
import type { InstanceRecord } from '../store/records.ts';

/** One text for equal parameters, whatever their order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );

/** What a token is bound to: all parameters but itself, as a digest, since user data can be long. */
export const digestOf = ({
  ClientToken: _token,
  DryRun: _dryRun,
  ...parameters
}: {
  ClientToken?: string;
  DryRun?: boolean;
}): string => createHash('sha256').update(canonical(parameters)).digest('hex');

export const parameterMismatch = (): AwsError =>
  new AwsError(
    'IdempotentParameterMismatch',
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  );

/** @throws InvalidParameterValue */
export const checkClientToken = (token: string): void => {
  if (token.length > 64 || /[^\x20-\x7e]/.test(token))
    throw invalidValue(token, 'clientToken', 'The client token must be at most 64 ASCII characters.');
};

/**
 * The instances that an earlier call with this token launched in this zone. The token holds as long as we remember,
 * which is more than AWS's 24 hours after termination.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 * @throws IdempotentParameterMismatch, IdempotentInstanceTerminated
 */
export const findEarlierLaunch = (
  input: RunInstancesRequest,
  zone: string,
  call: Call,
): InstanceRecord[] | undefined => {
  if (input.ClientToken === undefined) return undefined;
  const earlier = call.tokens.find(`${zone}#${input.ClientToken}`);
  if (!earlier) return undefined;
  if (earlier.parameters !== digestOf(input)) throw parameterMismatch();
  const instances = call.instances.where('reservation_id', earlier.reservationId ?? '');
  if (instances.every(({ state }) => state === 'terminated'))
    throw new AwsError(
      'IdempotentInstanceTerminated',
      'The client token you have provided is associated with a resource that is already deleted. Please use a different client token for the new resource.',
    );
  return instances;
};

export const rememberLaunch = (
  input: RunInstancesRequest,
  zone: string,
  reservationId: string,
  call: Call,
): void => {
  if (input.ClientToken !== undefined)
    call.tokens.put({ id: `${zone}#${input.ClientToken}`, parameters: digestOf(input), reservationId });
};
