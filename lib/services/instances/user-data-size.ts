import { invalid } from '../../platform/errors/index.ts';
import type { InstanceRecord } from './record.ts';
import { maxUserDataBytes } from './schema.ts';
import { userDataOf } from './workload.ts';

/** As long as EBS's ids are. */
const someVolume = `vol-${'0'.repeat(17)}`;

/**
 * The script that mounts volumes shares EC2's 16 KB with the tenant's own user data.
 * @throws CloudError `INVALID_INPUT` where the two do not fit
 */
export const checkUserDataSize = (record: InstanceRecord, own: string | undefined): void => {
  const mounts = (record.volumes ?? []).flatMap(({ mount_path }) =>
    mount_path ? [{ id: someVolume, mount_path }] : [],
  );
  if (mounts.length === 0) return;
  const over = Buffer.byteLength(userDataOf(record, own, mounts) ?? '') - maxUserDataBytes;
  if (over > 0)
    throw invalid(
      own === undefined ? 'volumes' : 'user_data',
      `${over} bytes too many: the script that mounts the volumes shares EC2's ${maxUserDataBytes} bytes with it`,
    );
};
