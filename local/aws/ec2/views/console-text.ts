import { images } from '../catalogue/images.ts';
import type { Boot, InstanceRecord } from '../store/records.ts';
import { privateDnsName } from './instance-view.ts';

/** A line and how far through the boot it appears, from 0 to 1. */
type Line = [at: number, text: string];

const containerCommand =
  /^\s*(?:ExecStart=-?)?(?:sudo\s+)?(?:\S*\/)?((?:docker|podman|nerdctl)\s+(?:run|pull|create)\b.*)$/;

/** The commands of a user-data script that pull and run containers; continued lines are joined. */
const containerCommands = (userData: string | undefined): string[] =>
  Buffer.from(userData ?? '', 'base64')
    .toString()
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => containerCommand.exec(line)?.[1] ?? [])
    .map((command) => command.trim());

const hostName = ({ privateAddress, zone }: InstanceRecord): string =>
  privateDnsName(privateAddress, zone.slice(0, -1)).split('.')[0] ?? '';

const bootLines = (instance: InstanceRecord, { at }: Boot): Line[] => {
  const image = images.get(instance.imageId);
  const host = hostName(instance);
  const date = new Date(at).toUTCString();
  const cloudInit = (text: string): string => `[   12.345678] cloud-init[1633]: ${text}`;
  return [
    [0, `[    0.000000] Linux version ${image?.hostKernel} (${instance.architecture})`],
    [
      0.05,
      `[    0.000000] Command line: root=UUID=${instance.volumes[0]?.volumeId} console=tty0 console=ttyS0,115200n8`,
    ],
    [0.1, '[    0.000000] DMI: Amazon EC2 /, BIOS 1.0 10/16/2017'],
    [0.2, `[    1.204512] nvme nvme0: ${instance.vcpus}/0/0 default/read/poll queues`],
    [
      0.3,
      `[    2.731145] ena 0000:00:05.0 ens5: Elastic Network Adapter (ENA) found, mac ${instance.macAddress}`,
    ],
    [0.4, `[    3.918230] systemd[1]: Set hostname to <${host}>.`],
    [0.5, cloudInit(`Cloud-init v. 24.4 running 'init' at ${date}.`)],
    [0.55, cloudInit(`ci-info: | ens5 | True | ${instance.privateAddress} |`)],
    [0.6, cloudInit(`instance-id: ${instance.id}`)],
    [0.7, cloudInit(`Cloud-init v. 24.4 running 'modules:final' at ${date}.`)],
    ...containerCommands(instance.userData).map((command): Line => [0.8, cloudInit(`+ ${command}`)]),
    [0.9, cloudInit('Cloud-init v. 24.4 finished. Datasource DataSourceEc2Local.')],
    [
      1,
      `\n${image?.system}\nKernel ${image?.hostKernel} on an ${instance.architecture} (-)\n\n${host} login: `,
    ],
  ];
};

/** What the serial console has shown so far: each boot's lines as far as its time has come. */
export const consoleText = (instance: InstanceRecord, now: number): string =>
  instance.boots
    .flatMap((boot) =>
      bootLines(instance, boot).filter(([share]) => boot.at + share * boot.milliseconds <= now),
    )
    .map(([, text]) => `${text}\n`)
    .join('');
