import type { CreateVolumeRequest } from '@aws-sdk/client-ec2';
import type { Call } from '../engine/call.ts';
import { checkClientToken, digestOf, parameterMismatch } from '../launch/client-token.ts';
import type { VolumeRecord } from '../store/records.ts';

const tokenId = (token: string, zone: string): string => `volume#${zone}#${token}`;

/**
 * The volume that an earlier call with this token made in this zone. One that is deleted by now is answered as it was
 * made; a call that names it meets NotFound.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 * @throws IdempotentParameterMismatch, InvalidParameterValue for a token that is too long
 */
export const findEarlierVolume = (
  input: CreateVolumeRequest,
  zone: string,
  call: Call,
): VolumeRecord | undefined => {
  if (input.ClientToken === undefined) return undefined;
  checkClientToken(input.ClientToken);
  const earlier = call.tokens.find(tokenId(input.ClientToken, zone));
  if (!earlier?.volume) return undefined;
  if (earlier.parameters !== digestOf(input)) throw parameterMismatch();
  return call.volumes.find(earlier.volume.id) ?? earlier.volume;
};

export const rememberVolume = (input: CreateVolumeRequest, volume: VolumeRecord, call: Call): void => {
  if (input.ClientToken !== undefined)
    call.tokens.put({
      id: tokenId(input.ClientToken, volume.zone),
      parameters: digestOf(input),
      volume,
    });
};
