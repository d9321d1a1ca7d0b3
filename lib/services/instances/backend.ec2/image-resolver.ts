import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { backendError } from '../../../platform/aws/ec2/failures.ts';
import type { Clock } from '../../../platform/clock.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import { catalogueImages, containerHost, type Image } from '../images.ts';
import type { Architecture } from '../instance-types.ts';

export interface MachineImage {
  ami: string;
  root_device: string;
  /** GiB. */
  root_size?: number;
}

/** Newer images are published every week or so; which one a launch took is frozen in its record. */
const freshMilliseconds = 60 * 60_000;

export interface ImageResolverOptions {
  calls: Ec2Calls;
  ssm: SSMClient;
  clock: Clock;
}

/** Finds the machine image, and the name of its root device, that an `image` stands for. Answers are kept for an hour. */
export const createImageResolver = ({ calls, ssm, clock }: ImageResolverOptions) => {
  const known = new Map<string, { image: MachineImage; until: number }>();

  const published = async (
    name: string,
    architecture: Architecture,
    signal: AbortSignal,
  ): Promise<string> => {
    const parameter = catalogueImages[name]?.(architecture);
    if (!parameter) throw new BackendError('rejected', `the image ${name} is no longer in the catalogue`);
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }), {
        abortSignal: signal,
      });
      if (Parameter?.Value) return Parameter.Value;
    } catch (error) {
      throw backendError(error, false);
    }
    throw new BackendError('broken', `the image ${name} is not published in this region`);
  };

  const described = async (
    ami: string,
    architecture: Architecture,
    signal: AbortSignal,
  ): Promise<MachineImage> => {
    const { Images = [] } = await calls.read(
      'DescribeImages',
      (client) => client.send(new DescribeImagesCommand({ ImageIds: [ami] }), { abortSignal: signal }),
      signal,
    );
    const [image] = Images;
    if (!image) throw new BackendError('rejected', `the machine image ${ami} does not exist`);
    if (image.Architecture && image.Architecture !== architecture) {
      throw new BackendError(
        'rejected',
        `the image is for ${image.Architecture}, the instance type for ${architecture}`,
      );
    }
    const root_device = image.RootDeviceName ?? '/dev/xvda';
    const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === root_device);
    return { ami, root_device, root_size: root?.Ebs?.VolumeSize };
  };

  return async (image: Image, architecture: Architecture, signal: AbortSignal): Promise<MachineImage> => {
    const name = image.kind === 'catalogue' ? image.name : containerHost;
    const key = `${image.kind === 'ami' ? image.id : name} ${architecture}`;
    const held = known.get(key);
    if (held && held.until > clock.now()) return held.image;
    const ami = image.kind === 'ami' ? image.id : await published(name, architecture, signal);
    const resolved = await described(ami, architecture, signal);
    known.set(key, { image: resolved, until: clock.now() + freshMilliseconds });
    return resolved;
  };
};

export type ImageResolver = ReturnType<typeof createImageResolver>;
