import type { CreateSecurityGroupRequest, CreateSecurityGroupResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { invalidParameterValue, invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { allowAll, makeGroup } from '../rules/make-group.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import { securityGroupView } from '../views/security-group-view.ts';

/** What a VPC group's name and description may hold, up to 255 characters. */
const allowedText = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

const checkText = (value: string, parameter: string): void => {
  if (!allowedText.test(value))
    throw invalidValue(value, parameter, 'Character sets beyond ASCII are not supported.');
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const createSecurityGroup = defineAction<CreateSecurityGroupRequest, CreateSecurityGroupResult>({
  required: ['GroupName', 'Description'],
  optional: ['VpcId', 'TagSpecifications'],
  perform({ GroupName: name = '', Description: description = '', VpcId: vpcId, ...input }, call) {
    const { 'security-group': tags = {} } = parseTagSpecifications(input.TagSpecifications, 'security-group');
    checkText(name, 'GroupName');
    checkText(description, 'GroupDescription');
    if (name.startsWith('sg-')) throw invalidParameterValue('Group names may not be in the form sg-*');
    if (name === 'default')
      throw new AwsError('InvalidParameterValue', 'Cannot use reserved security group name: default');
    if (vpcId === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
    getOne(kinds.vpc, vpcId, call);
    if (call.groups.where('name', name).some((group) => group.vpcId === vpcId))
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${name}' already exists for VPC '${vpcId}'`,
      );
    if (call.groups.count() >= call.limits.securityGroups)
      throw new AwsError(
        'SecurityGroupLimitExceeded',
        'The maximum number of security groups has been reached.',
      );
    const group = makeGroup(vpcId, name, description, tags, call);
    allowAll(group.id, { isEgress: true, cidrIpv4: '0.0.0.0/0' }, call);
    const { GroupId, SecurityGroupArn, Tags } = securityGroupView(group, call);
    return { GroupId, SecurityGroupArn, Tags };
  },
});
