import type { DeleteSnapshotRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Volumes made from it stay as they are; a pending one may be deleted too.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
 */
export const deleteSnapshot = defineAction<DeleteSnapshotRequest, Record<string, never>>({
  required: ['SnapshotId'],
  perform({ SnapshotId: id = '' }, call) {
    call.snapshots.delete(getOne(kinds.snapshot, id, call).id);
    return {};
  },
});
