import type { CloudVolume } from './attachments.ts';

/** How long a machine waits for its volumes at its first boot. */
const waitSeconds = 600;

/** The link that udev makes for an EBS volume on a Nitro machine, by the volume's id.
 *  https://docs.aws.amazon.com/ebs/latest/userguide/nvme-ebs-volumes.html */
const deviceOf = ({ id }: CloudVolume): string =>
  `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${id.replace('-', '')}`;

/**
 * A shell script for the first boot: waits for each volume's device, by the volume's id and not by a name that the kernel
 * picks; makes a file system only where the volume certainly holds nothing, so that one restored from a snapshot keeps
 * what is on it; and mounts it now and after every boot.
 *
 * @param volumes whose paths hold nothing that a shell expands (`MountPath`)
 */
export const mountScript = (volumes: readonly CloudVolume[]): string => `#!/bin/bash
set -euo pipefail
mount_volume() {
  local device=$1 path=$2 seconds=0 kind uuid
  until [ -e "$device" ]; do
    if [ "$seconds" -ge ${waitSeconds} ]; then echo "the volume for $path did not come: $device" >&2; return 1; fi
    sleep 1
    seconds=$((seconds + 1))
  done
  local status=0
  kind=$(blkid --probe --match-tag TYPE --output value "$device") || status=$?
  if [ "$status" -eq 2 ]; then
    mkfs.ext4 -q "$device"
    kind=ext4
  elif [ "$status" -ne 0 ]; then
    echo "what is on the volume for $path is not clear: nothing was changed" >&2
    return 1
  fi
  uuid=$(blkid --probe --match-tag UUID --output value "$device")
  mkdir -p "$path"
  grep -q "^UUID=$uuid " /etc/fstab || echo "UUID=$uuid $path $kind defaults,nofail 0 2" >> /etc/fstab
  mountpoint -q "$path" || mount "$path"
}
${volumes.map((volume) => `mount_volume ${deviceOf(volume)} '${volume.mount_path}'`).join('\n')}
`;
