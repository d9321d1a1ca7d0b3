import type { Tag } from '@aws-sdk/client-ec2';
import { tagKeys, tagOf } from '../../../platform/aws/ec2/tags.ts';
import { parseId, timeOf } from '../../../platform/ids.ts';
import type { LaunchedTogether } from '../../instances/service.ts';
import type { CloudOwner, OwnerKind } from '../backend.ts';

/** Whose a thing is, by its tags; `undefined` where they do not name a tenant and a record. */
export const ownerOf = (
  thing: { Tags?: Tag[] },
  kinds: readonly OwnerKind[],
  key: string = tagKeys.resource,
): CloudOwner | undefined => {
  const [tenant, id] = [tagOf(thing, tagKeys.tenant), tagOf(thing, key)];
  return tenant && id ? { tenant, id, kinds } : undefined;
};

/** The launch that a machine or its root volume came of, where their tags name no single record. */
export const togetherOf = (
  thing: { Tags?: Tag[] },
  machine: string | undefined,
): LaunchedTogether | undefined => {
  const [tenant, batch] = [tagOf(thing, tagKeys.tenant), tagOf(thing, tagKeys.launchBatch)];
  return tenant && batch && machine ? { tenant, batch, machine } : undefined;
};

/** When the record was made that a thing is for, and so the earliest that the thing can be: AWS keeps no time of networks. */
export const madeForRecordAt = (owner: CloudOwner | undefined): number | undefined => {
  const id = owner && parseId(owner.id);
  return id ? timeOf(id) : undefined;
};
