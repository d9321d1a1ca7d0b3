import { findManagedPolicy } from '../../iam/managed-policies.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { localAccount } from '../account.ts';
import { asList, asRecord, asString } from './property.ts';
import { type Provider, physicalName } from './provider.ts';

/** `AWS::IAM::Role` with its inline policies. */
export const iamRole: Provider = (request, { roles }) => {
  const { properties } = request;
  const role = roles.add(physicalName(request, properties.RoleName), asString(properties.Path) ?? '/');
  for (const item of asList(properties.Policies)) {
    const policy = asRecord(item);
    roles.attach(role.name, {
      name: String(policy.PolicyName),
      document: policy.PolicyDocument as PolicyDocument,
    });
  }
  for (const managed of asList(properties.ManagedPolicyArns)) {
    const policy = findManagedPolicy(String(managed));
    if (policy) roles.attach(role.name, policy);
  }
  return { ref: role.name, attributes: { Arn: role.roleArn, RoleId: role.name } };
};

/** `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy`: their statements go to the roles they name. */
export const iamPolicy: Provider = (request, { roles }) => {
  const { properties } = request;
  const name = physicalName(request, properties.PolicyName ?? properties.ManagedPolicyName);
  for (const role of asList(properties.Roles))
    roles.attach(String(role), { name, document: properties.PolicyDocument as PolicyDocument });
  const policyArn = `arn:aws:iam::${localAccount}:policy/${name}`;
  return { ref: policyArn, attributes: { Id: name, PolicyArn: policyArn } };
};
