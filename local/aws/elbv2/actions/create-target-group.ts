import { isDeepStrictEqual } from 'node:util';
import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { newTargetGroupArn } from '../rules/arns.ts';
import { initialAttributes, targetGroupAttributes } from '../rules/attributes.ts';
import { limitReached, validationError } from '../rules/errors.ts';
import { changedHealthCheck, healthCheckParameters, initialHealthCheck } from '../rules/health-check.ts';
import { checkName } from '../rules/names.ts';
import { parseTags } from '../rules/tags.ts';
import { targetGroupView } from '../views/target-group-view.ts';

/** @throws ValidationError, UnsupportedProtocolException for what only other kinds of target group have */
const checkKind = (input: CreateTargetGroupInput): void => {
  if (input.Protocol !== 'HTTP')
    throw new AwsError(
      'UnsupportedProtocolException',
      'Only target groups of the protocol HTTP are supported here',
    );
  for (const [name, value, only] of [
    ['ProtocolVersion', input.ProtocolVersion, 'HTTP1'],
    ['TargetType', input.TargetType, 'instance'],
    ['IpAddressType', input.IpAddressType, 'ipv4'],
  ])
    if (value !== undefined && value !== only)
      throw validationError(`${name} '${value}' is not supported by the local engine, only '${only}'`);
};

/**
 * Idempotent by name: there is no client token, and the same settings give the target group that is there.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export const createTargetGroup = defineAction<CreateTargetGroupInput, CreateTargetGroupOutput>({
  required: ['Name', 'Protocol', 'Port', 'VpcId'],
  optional: [...healthCheckParameters, 'IpAddressType', 'ProtocolVersion', 'Tags', 'TargetType'],
  perform(input, call) {
    const { Name: name = '', Port: port = 0, VpcId: vpcId = '' } = input;
    checkName(name, 'target group');
    checkKind(input);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw validationError(`Port '${port}' must be between '1' and '65535' inclusive`);
    if (!call.ec2.hasVpc(call.scope, vpcId)) throw validationError(`The VPC ID '${vpcId}' is not found`);
    const health = changedHealthCheck(initialHealthCheck, input);
    const tags = parseTags(input.Tags);
    const [existing] = call.groups.where('name', name);
    if (existing) {
      if (existing.vpcId === vpcId && existing.port === port && isDeepStrictEqual(existing.health, health))
        return { TargetGroups: [targetGroupView(existing, call)] };
      throw new AwsError(
        'DuplicateTargetGroupNameException',
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    if (call.groups.count() >= call.limits.targetGroups)
      throw limitReached('TooManyTargetGroupsException', 'target groups');
    const group = call.groups.put({
      id: newTargetGroupArn(call.caller, name),
      name,
      tags,
      createdAt: call.now,
      vpcId,
      port,
      health,
      attributes: initialAttributes(targetGroupAttributes),
    });
    return { TargetGroups: [targetGroupView(group, call)] };
  },
});
