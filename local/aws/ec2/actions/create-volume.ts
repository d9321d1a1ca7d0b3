import type { CreateVolumeRequest, Volume } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { getZone } from '../catalogue/zones.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { incorrectState, invalidCombination, invalidValue, missingParameter } from '../rules/errors.ts';
import { newId } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import type { SnapshotRecord, VolumeRecord } from '../store/records.ts';
import { volumeView } from '../views/volume-view.ts';
import { checkEncryption, defaultKmsKey } from '../volumes/encryption.ts';
import { checkStorage } from '../volumes/volume-limit.ts';
import { findEarlierVolume, rememberVolume } from '../volumes/volume-token.ts';
import { resolveVolumeSize } from '../volumes/volume-types.ts';

const zoneOf = (
  { AvailabilityZone: name, AvailabilityZoneId: id }: CreateVolumeRequest,
  call: Call,
): string => {
  if (name !== undefined && id !== undefined)
    throw invalidCombination(
      'The parameter availabilityZone cannot be used with the parameter availabilityZoneId',
    );
  const asked = name ?? id;
  if (asked === undefined || asked === '') throw missingParameter('availabilityZone');
  return getZone(call.caller.region, asked).name;
};

/** @throws InvalidSnapshot.NotFound, IncorrectState while it is pending */
const snapshotOf = (id: string | undefined, call: Call): SnapshotRecord | undefined => {
  if (id === undefined) return undefined;
  const snapshot = getOne(kinds.snapshot, id, call);
  if (snapshot.pendingUntil !== undefined)
    throw incorrectState(`Snapshot '${id}' is not in the 'completed' state.`);
  return snapshot;
};

const sizeOf = (asked: number | undefined, snapshot: SnapshotRecord | undefined): number => {
  const sizeGiB = asked ?? snapshot?.sizeGiB;
  if (sizeGiB === undefined) throw missingParameter('size/snapshot');
  if (snapshot && sizeGiB < snapshot.sizeGiB)
    throw invalidValue(
      sizeGiB,
      'size',
      `The size of a volume can't be smaller than that of its snapshot '${snapshot.id}', ${snapshot.sizeGiB} GiB.`,
    );
  return sizeGiB;
};

const makeVolume = (input: CreateVolumeRequest, zone: string, call: Call): VolumeRecord => {
  const { volume: tags = {} } = parseTagSpecifications(input.TagSpecifications, 'volume');
  const snapshot = snapshotOf(input.SnapshotId, call);
  const size = resolveVolumeSize({
    sizeGiB: sizeOf(input.Size, snapshot),
    type: input.VolumeType ?? 'gp2',
    iops: input.Iops,
    throughput: input.Throughput,
  });
  checkEncryption(input.Encrypted, input.KmsKeyId);
  if (snapshot?.encrypted && input.Encrypted === false)
    throw new AwsError('InvalidParameterValue', 'A volume of an encrypted snapshot must be encrypted.');
  const encrypted = input.Encrypted ?? snapshot?.encrypted ?? false;
  const kmsKeyId = input.KmsKeyId ?? snapshot?.kmsKeyId ?? defaultKmsKey(call.caller);
  return {
    ...size,
    id: newId('vol'),
    zone,
    encrypted,
    kmsKeyId: encrypted ? kmsKeyId : undefined,
    snapshotId: snapshot?.id,
    creatingUntil: call.now + call.settings.volumeMilliseconds,
    tags,
    createdAt: call.now,
    visibleAt: call.visibleAt,
  };
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
export const createVolume = defineAction<CreateVolumeRequest, Volume>({
  optional: [
    'AvailabilityZone',
    'AvailabilityZoneId',
    'ClientToken',
    'Encrypted',
    'Iops',
    'KmsKeyId',
    'Size',
    'SnapshotId',
    'TagSpecifications',
    'Throughput',
    'VolumeType',
  ],
  perform(input, call) {
    const zone = zoneOf(input, call);
    const earlier = findEarlierVolume(input, zone, call);
    if (earlier) return volumeView(earlier, call);
    const volume = makeVolume(input, zone, call);
    checkStorage(volume, undefined, call);
    call.volumes.put(volume);
    rememberVolume(input, volume, call);
    return volumeView(volume, call);
  },
});
