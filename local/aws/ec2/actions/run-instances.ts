import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { resolveBlockDevices } from '../launch/block-devices.ts';
import { checkCounts, decideCount } from '../launch/capacity.ts';
import { checkClientToken, findEarlierLaunch, rememberLaunch } from '../launch/client-token.ts';
import { checkArchitecture, getImage, getInstanceType } from '../launch/image.ts';
import { type LaunchPlan, makeInstance } from '../launch/make-instance.ts';
import { checkAddressIsFree, resolveNetwork } from '../launch/network.ts';
import { checkUserData } from '../launch/user-data.ts';
import { missingParameter } from '../rules/errors.ts';
import { newId } from '../rules/ids.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import { reservationViews } from '../views/reservation-view.ts';

const resolve = (input: RunInstancesRequest, call: Call): LaunchPlan => {
  if (input.ImageId === undefined || input.ImageId === '') throw missingParameter('ImageId');
  if (input.KeyName !== undefined)
    throw new AwsError('InvalidKeyPair.NotFound', `The key pair '${input.KeyName}' does not exist`);
  if (input.UserData !== undefined) checkUserData(input.UserData);
  const image = getImage(input.ImageId);
  const type = getInstanceType(input.InstanceType);
  checkArchitecture(type, image);
  return {
    input,
    image,
    type,
    network: resolveNetwork(input, call),
    volumes: resolveBlockDevices(input.BlockDeviceMappings, image),
    tags: parseTagSpecifications(input.TagSpecifications, 'instance', 'volume', 'network-interface'),
  };
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export const runInstances = defineAction<RunInstancesRequest, Reservation>({
  required: ['MinCount', 'MaxCount'],
  optional: [
    'BlockDeviceMappings',
    'ClientToken',
    'DisableApiStop',
    'DisableApiTermination',
    'EbsOptimized',
    'IamInstanceProfile',
    'ImageId',
    'InstanceInitiatedShutdownBehavior',
    'InstanceType',
    'KeyName',
    'MetadataOptions',
    'Monitoring',
    'NetworkInterfaces',
    'Placement',
    'PrivateIpAddress',
    'SecurityGroupIds',
    'SubnetId',
    'TagSpecifications',
    'UserData',
  ],
  perform(input, call) {
    const { MinCount: min = 0, MaxCount: max = 0, ClientToken: token } = input;
    checkCounts(min, max);
    if (token !== undefined) checkClientToken(token);
    const plan = resolve(input, call);
    const { zone } = plan.network.subnet;
    let instances = findEarlierLaunch(input, zone, call);
    if (!instances) {
      checkAddressIsFree(plan.network, call);
      call.takeResources(max);
      const count = decideCount({ min, max }, plan.type, plan.network.subnet, call);
      const reservationId = newId('r');
      instances = Array.from({ length: count }, (_, index) => makeInstance(plan, reservationId, index, call));
      rememberLaunch(input, zone, reservationId, call);
    }
    return reservationViews(instances, call)[0] as Reservation;
  },
});
