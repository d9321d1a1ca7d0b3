/** An Amazon Machine Image of the stand-in. All regions share their ids, which AWS's don't. */
export interface ImageSpec {
  id: string;
  name: string;
  description: string;
  architecture: 'x86_64' | 'arm64';
  ownerId: string;
  ownerAlias?: string;
  rootDeviceName: string;
  snapshotId: string;
  sizeGiB: number;
  /** Such an image makes IMDSv2 the default of its instances. */
  requiresImdsV2: boolean;
  /** First line of the boot log after the kernel's. */
  system: string;
  hostKernel: string;
  /** AWS's public SSM parameters that resolve to this image. */
  parameters: string[];
}

type Distribution = Omit<ImageSpec, 'id' | 'name' | 'architecture' | 'snapshotId' | 'parameters'> & {
  builds: {
    id: string;
    snapshotId: string;
    architecture: ImageSpec['architecture'];
    name: string;
    parameters: string[];
  }[];
};

const canonical = '099720109477';
const amazon = '137112412989';
const debian = '136693071363';

const ubuntuParameters = (release: string, volume: string, architecture: 'amd64' | 'arm64'): string[] => [
  `/aws/service/canonical/ubuntu/server/${release}/stable/current/${architecture}/hvm/${volume}/ami-id`,
];

const amazonParameters = (architecture: 'x86_64' | 'arm64'): string[] =>
  ['default', '6.1', '6.12'].map(
    (kernel) => `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-${kernel}-${architecture}`,
  );

const distributions: Distribution[] = [
  {
    description: 'Amazon Linux 2023 AMI HVM kernel-6.1',
    ownerId: amazon,
    ownerAlias: 'amazon',
    rootDeviceName: '/dev/xvda',
    sizeGiB: 8,
    requiresImdsV2: true,
    system: 'Amazon Linux 2023',
    hostKernel: '6.1.156-177.286.amzn2023',
    builds: [
      {
        id: 'ami-0a1b2023000000864',
        snapshotId: 'snap-0a1b2023000000864',
        architecture: 'x86_64',
        name: 'al2023-ami-2023.9.20251110.1-kernel-6.1-x86_64',
        parameters: amazonParameters('x86_64'),
      },
      {
        id: 'ami-0a1b20230000a2664',
        snapshotId: 'snap-0a1b20230000a2664',
        architecture: 'arm64',
        name: 'al2023-ami-2023.9.20251110.1-kernel-6.1-arm64',
        parameters: amazonParameters('arm64'),
      },
    ],
  },
  {
    description: 'Canonical, Ubuntu, 24.04, noble image',
    ownerId: canonical,
    rootDeviceName: '/dev/sda1',
    sizeGiB: 8,
    requiresImdsV2: true,
    system: 'Ubuntu 24.04 LTS',
    hostKernel: '6.14.0-1015-aws',
    builds: [
      {
        id: 'ami-0b2404000000a3d64',
        snapshotId: 'snap-0b2404000000a3d64',
        architecture: 'x86_64',
        name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251022',
        parameters: ubuntuParameters('24.04', 'ebs-gp3', 'amd64'),
      },
      {
        id: 'ami-0b2404000000a2664',
        snapshotId: 'snap-0b2404000000a2664',
        architecture: 'arm64',
        name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20251022',
        parameters: ubuntuParameters('24.04', 'ebs-gp3', 'arm64'),
      },
    ],
  },
  {
    description: 'Canonical, Ubuntu, 22.04 LTS, jammy image',
    ownerId: canonical,
    rootDeviceName: '/dev/sda1',
    sizeGiB: 8,
    requiresImdsV2: false,
    system: 'Ubuntu 22.04 LTS',
    hostKernel: '6.8.0-1040-aws',
    builds: [
      {
        id: 'ami-0b2204000000a3d64',
        snapshotId: 'snap-0b2204000000a3d64',
        architecture: 'x86_64',
        name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251015',
        parameters: ubuntuParameters('22.04', 'ebs-gp2', 'amd64'),
      },
      {
        id: 'ami-0b2204000000a2664',
        snapshotId: 'snap-0b2204000000a2664',
        architecture: 'arm64',
        name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20251015',
        parameters: ubuntuParameters('22.04', 'ebs-gp2', 'arm64'),
      },
    ],
  },
  ...['12', '13'].map(
    (release): Distribution => ({
      description: `Debian ${release}`,
      ownerId: debian,
      rootDeviceName: '/dev/xvda',
      sizeGiB: 8,
      requiresImdsV2: false,
      system: `Debian GNU/Linux ${release}`,
      hostKernel: release === '12' ? '6.1.0-40-cloud' : '6.12.48-cloud',
      builds: (['amd64', 'arm64'] as const).map((architecture) => ({
        id: `ami-0d${release}0000000000${architecture === 'amd64' ? 'a3d' : 'a26'}`,
        snapshotId: `snap-0d${release}0000000000${architecture === 'amd64' ? 'a3d' : 'a26'}`,
        architecture: architecture === 'amd64' ? 'x86_64' : 'arm64',
        name: `debian-${release}-${architecture}-20251006-2257`,
        parameters: [`/aws/service/debian/release/${release}/latest/${architecture}`],
      })),
    }),
  ),
];

/** Every image of the stand-in, by id. */
export const images: ReadonlyMap<string, ImageSpec> = new Map(
  distributions.flatMap(({ builds, ...distribution }) =>
    builds.map((build): [string, ImageSpec] => [build.id, { ...distribution, ...build }]),
  ),
);

/**
 * AWS's public SSM parameters and the image id each resolves to.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
 */
export const publicParameters: Record<string, string> = Object.fromEntries(
  [...images.values()].flatMap(({ id, parameters }) => parameters.map((name) => [name, id])),
);
