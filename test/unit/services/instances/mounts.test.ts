import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountScript } from '../../../../lib/services/instances/mount-script.ts';
import { multipart } from '../../../../lib/services/instances/multipart.ts';

const volume = { id: 'vol-0123456789abcdef0', mount_path: '/data' };

describe('user data that mounts volumes', () => {
  it('is a shell script that a shell can read', () => {
    execFileSync('bash', ['-n'], { input: mountScript([volume, { ...volume, mount_path: '/var/lib/db' }]) });
  });

  it('waits for the device by the volume’s id, as Nitro machines name it', () => {
    expect(mountScript([volume])).toContain(
      "mount_volume /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0 '/data'",
    );
  });
});

describe('the script, run with a machine’s tools played by stand-ins', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mounts-'));
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'fstab'), '');
    writeFileSync(join(root, 'device'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** @param found how blkid ends, and what it says of the type */
  const run = (found: { status: number; type?: string }, times = 1) => {
    const tool = (name: string, body: string) => {
      const path = join(root, 'bin', name);
      writeFileSync(path, `#!/bin/bash\n${body}\n`);
      chmodSync(path, 0o755);
    };
    const formatted = join(root, 'formatted');
    tool(
      'blkid',
      `case "$*" in *UUID*) echo 1234-abcd;; *) [ -e ${formatted} ] && { echo ext4; exit 0; }; echo "${found.type ?? ''}"; exit ${found.status};; esac`,
    );
    tool('mkfs.ext4', `echo formatted >> ${formatted}`);
    tool('mount', `echo mounted >> ${join(root, 'mounted')}`);
    tool('mountpoint', `[ -e ${join(root, 'mounted')} ]`);
    const script = mountScript([{ ...volume, mount_path: join(root, 'data') }])
      .replaceAll('/etc/fstab', join(root, 'fstab'))
      .replace(/\/dev\/disk\/by-id\/\S+/, join(root, 'device'));
    const runs = Array.from({ length: times }, () =>
      spawnSync('bash', ['-c', script], {
        env: { PATH: [join(root, 'bin'), process.env.PATH].join(delimiter) },
        encoding: 'utf8',
      }),
    );
    const read = (name: string): string => {
      try {
        return readFileSync(join(root, name), 'utf8');
      } catch {
        return '';
      }
    };
    return {
      status: runs.at(-1)?.status,
      made: read('formatted'),
      mounted: read('mounted'),
      fstab: read('fstab'),
    };
  };

  it.each([
    ['an empty volume gets a file system', { status: 2 }, 1, 'formatted\n', 'ext4'],
    ['an empty volume gets just one, however often it runs', { status: 2 }, 3, 'formatted\n', 'ext4'],
    ['a restored volume keeps what is on it', { status: 0, type: 'xfs' }, 1, '', 'xfs'],
  ])('%s', (_, found, times, made, kind) => {
    expect(run(found, times)).toEqual({
      status: 0,
      made,
      mounted: 'mounted\n',
      fstab: `UUID=1234-abcd ${join(root, 'data')} ${kind} defaults,nofail 0 2\n`,
    });
  });

  it('touches nothing where it is not clear what is on a volume', () => {
    expect(run({ status: 4 })).toEqual({ status: 1, made: '', mounted: '', fstab: '' });
  });
});

describe('user data of several parts', () => {
  it('names each part’s type, in order', () => {
    const text = multipart(['#!/bin/bash\ntrue\n', '#cloud-config\npackages: [jq]\n']);
    expect([...text.matchAll(/Content-Type: (\S+);/g)].map(([, type]) => type)).toEqual([
      'multipart/mixed',
      'text/x-shellscript',
      'text/cloud-config',
    ]);
    expect(text.trimEnd().endsWith('--==thecloud-user-data==--')).toBe(true);
  });
});
