import type { _InstanceType } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { type ImageSpec, images } from '../catalogue/images.ts';
import { type InstanceTypeSpec, instanceTypes } from '../catalogue/instance-types.ts';
import { invalidCombination, invalidParameterValue } from '../rules/errors.ts';
import { isWellFormedId } from '../rules/ids.ts';

/** @throws InvalidAMIID.Malformed, InvalidAMIID.NotFound */
export const getImage = (id: string): ImageSpec => {
  if (!isWellFormedId('ami', id))
    throw new AwsError(
      'InvalidAMIID.Malformed',
      id.startsWith('ami-') ? `Invalid id: "${id}"` : `Invalid id: "${id}" (expecting "ami-...")`,
    );
  const image = images.get(id);
  if (!image) throw new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return image;
};

/** What AWS assumes when a launch names no type; no image of today runs on it. */
const assumedType = 'm1.small';

/** @throws InvalidParameterValue, InvalidParameterCombination */
export const getInstanceType = (name: _InstanceType | undefined): InstanceTypeSpec => {
  if (name === undefined || name === assumedType)
    throw invalidCombination(
      `Non-Windows instances with a virtualization type of 'hvm' are currently not supported for this instance type : '${assumedType}'.`,
    );
  const type = instanceTypes.get(name);
  if (!type) throw invalidParameterValue(`Invalid value '${name}' for InstanceType.`);
  return type;
};

/** @throws InvalidParameterValue */
export const checkArchitecture = (type: InstanceTypeSpec, image: ImageSpec): void => {
  if (type.architecture !== image.architecture)
    throw invalidParameterValue(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
    );
};
