import { DescribeImagesCommand, DescribeInstanceTypesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { publicParameters } from '../../../../../local/aws/ec2/index.ts';
import { type Ec2, startEc2 } from './harness.ts';

let ec2: Ec2;
beforeEach(() => {
  ec2 = startEc2();
});

describe('catalogue', () => {
  it('resolves the public parameters of each system and architecture to images it knows', async () => {
    const names = [
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
      '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
      '/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id',
      '/aws/service/debian/release/12/latest/amd64',
      '/aws/service/debian/release/13/latest/arm64',
    ];
    const ImageIds = names.map((name) => publicParameters[name] ?? '');
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds }));
    expect(Images?.map(({ Architecture }) => Architecture)).toEqual([
      'x86_64',
      'arm64',
      'x86_64',
      'arm64',
      'x86_64',
      'x86_64',
      'arm64',
    ]);
    for (const ImageId of new Set(Object.values(publicParameters)))
      expect((await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }))).Images).toHaveLength(1);
  });

  it('finds images by owner and name', async () => {
    const { Images } = await ec2.send(
      new DescribeImagesCommand({
        Owners: ['099720109477'],
        Filters: [
          { Name: 'name', Values: ['*noble*'] },
          { Name: 'architecture', Values: ['arm64'] },
        ],
      }),
    );
    expect(Images).toHaveLength(1);
    await expect(
      ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-00000000000000000'] })),
    ).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
  });

  it.each([
    ['t3.nano', 2, 512, 'x86_64'],
    ['t3.micro', 2, 1_024, 'x86_64'],
    ['t4g.medium', 2, 4_096, 'arm64'],
    ['m6i.large', 2, 8_192, 'x86_64'],
    ['m7g.medium', 1, 4_096, 'arm64'],
    ['c7g.xlarge', 4, 8_192, 'arm64'],
    ['r6i.2xlarge', 8, 65_536, 'x86_64'],
  ] as const)('knows that %s has %i vCPUs and %i MiB on %s', async (type, vcpus, memory, architecture) => {
    const { InstanceTypes } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [type] }));
    expect(InstanceTypes?.[0]).toMatchObject({
      InstanceType: type,
      VCpuInfo: { DefaultVCpus: vcpus },
      MemoryInfo: { SizeInMiB: memory },
      ProcessorInfo: { SupportedArchitectures: [architecture] },
    });
  });

  it('refuses a type that does not exist', async () => {
    await expect(
      ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t9.huge' as never] })),
    ).rejects.toMatchObject({
      name: 'InvalidInstanceType',
      message: 'The following supplied instance types do not exist: [t9.huge]',
    });
  });
});
