import { arnFields } from '../iam/arn.ts';
import type { ConditionContext } from '../iam/request.ts';
import type { Caller } from './stand-in.ts';

/**
 * The tags of a resource by its id, or by that of its association, or by its ARN where ids are ARNs; undefined for one
 * that does not exist.
 */
export type TagsOf = (
  account: string,
  region: string,
  resourceId: string,
  /** As in the ARN, for example `subnet`. */
  resourceType: string,
) => Record<string, string> | undefined;

const keysOf = (tags: Record<string, string>, service: string): ConditionContext =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) =>
      ['aws', service].map((prefix) => [`${prefix}:resourcetag/${key.toLowerCase()}`, value]),
    ),
  );

/**
 * For the host's `resourceKeys`: the condition keys `aws:ResourceTag/…` and `ec2:ResourceTag/…` of EC2's resources. What
 * is yet to be created has none.
 */
export const ec2ResourceKeys =
  (tagsOf: TagsOf) =>
  (resource: string, caller: Caller): ConditionContext => {
    const [, , service, region, account, path = ''] = arnFields(resource);
    const id = path.slice(path.lastIndexOf('/') + 1);
    if (service !== 'ec2' || id === '*') return {};
    const type = path.slice(0, path.indexOf('/'));
    return keysOf(tagsOf(account || caller.account, region || caller.region, id, type) ?? {}, 'ec2');
  };

/** The same for balancers, target groups and listeners: `aws:ResourceTag/…` and `elasticloadbalancing:ResourceTag/…`. */
export const elbResourceKeys =
  (tagsOf: TagsOf) =>
  (resource: string, caller: Caller): ConditionContext => {
    const [, , service, region, account, path = ''] = arnFields(resource);
    if (service !== 'elasticloadbalancing' || resource.endsWith('*')) return {};
    const type = path.slice(0, path.indexOf('/'));
    return keysOf(tagsOf(account || caller.account, region || caller.region, resource, type) ?? {}, service);
  };

/** The same for functions: `aws:ResourceTag/…`, and Lambda's own spelling of it. */
export const lambdaResourceKeys =
  (tagsOf: TagsOf) =>
  (resource: string, caller: Caller): ConditionContext => {
    const [, , service, region, account, path = ''] = arnFields(resource);
    if (service !== 'lambda' || !path.startsWith('function:')) return {};
    const name = path.slice('function:'.length).split(':')[0] ?? '';
    return keysOf(
      tagsOf(account || caller.account, region || caller.region, name, 'function') ?? {},
      service,
    );
  };

/** What bounds a role that there is, for the condition key `iam:PermissionsBoundary`. */
export type BoundaryOf = (account: string, roleName: string) => string | undefined;

/** The same for roles: `iam:PermissionsBoundary`, which is that of the role where no request sets one. */
export const iamResourceKeys =
  (boundaryOf: BoundaryOf) =>
  (resource: string, caller: Caller): ConditionContext => {
    const [, , service, , account, path = ''] = arnFields(resource);
    if (service !== 'iam' || !path.startsWith('role/')) return {};
    const boundary = boundaryOf(account || caller.account, path.slice(path.lastIndexOf('/') + 1));
    return boundary === undefined ? {} : { 'iam:permissionsboundary': boundary };
  };
