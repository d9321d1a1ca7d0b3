import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { AddRule } from './rule-input.ts';
import {
  CreateSecurityGroup,
  Membership,
  Rule,
  RuleParams,
  SecurityGroup,
  SecurityGroupMessage,
  SecurityGroupQuery,
  SecurityGroupsQuery,
} from './schema.ts';
import type { SecurityGroups } from './service.ts';

const groupRoute = route<{ securityGroups: SecurityGroups }>();

const createGroup = groupRoute({
  method: 'POST',
  path: '/security-groups',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Create a security group in a VPC',
  description: 'It lets nobody in and everything out until it has rules.',
  body: CreateSecurityGroup,
  responds: { status: 201, body: SecurityGroup },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { securityGroups }) => securityGroups.create(caller, body),
});

const listGroups = groupRoute({
  method: 'GET',
  path: '/security-groups',
  permission: 'vpc:read',
  summary: 'List the security groups of a VPC, newest first, without their rules',
  query: SecurityGroupsQuery,
  list: { sortBy: ['name', 'createdAt', 'state'], filters: ['vpc_id'] },
  responds: { status: 200, body: z.array(SecurityGroup) },
  errors: ['NOT_FOUND'],
  handle: ({ query, caller, list }, { securityGroups }) => securityGroups.list(caller, query.vpc_id, list),
});

const getGroup = groupRoute({
  method: 'GET',
  path: '/security-groups/:id',
  permission: 'vpc:read',
  summary: 'Get a security group with its rules',
  description: 'By id, or by name within the VPC that `vpc_id` names.',
  query: SecurityGroupQuery,
  responds: { status: 200, body: SecurityGroup },
  errors: ['NOT_FOUND'],
  handle: ({ params, query, caller }, { securityGroups }) =>
    securityGroups.get(caller, params.id as string, query.vpc_id),
});

const deleteGroup = groupRoute({
  method: 'DELETE',
  path: '/security-groups/:id',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Delete a security group',
  description: 'Refused while instances are in it or rules of other groups name it, with their names.',
  params: IdParams,
  responds: { status: 200, body: SecurityGroupMessage },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { securityGroups }) => securityGroups.delete(caller, params.id),
});

const addRule = groupRoute({
  method: 'POST',
  path: '/security-groups/:id/rules',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Add a rule to a security group',
  description:
    'Ports 0 and 0, or none, are all ports. Without egress rules everything may go out; with the first one, only what they allow.',
  params: IdParams,
  body: AddRule,
  responds: { status: 201, body: Rule },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { securityGroups }) => securityGroups.addRule(caller, params.id, body),
});

const removeRule = groupRoute({
  method: 'DELETE',
  path: '/security-groups/:id/rules/:ruleId',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Remove a rule from a security group',
  params: RuleParams,
  responds: { status: 200, body: SecurityGroupMessage },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { securityGroups }) =>
    securityGroups.removeRule(caller, params.id, params.ruleId),
});

const attach = groupRoute({
  method: 'POST',
  path: '/security-groups/attach',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Put an instance into a security group of its VPC',
  body: Membership,
  responds: { status: 200, body: SecurityGroupMessage },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ body, caller }, { securityGroups }) => securityGroups.attach(caller, body),
});

const detach = groupRoute({
  method: 'POST',
  path: '/security-groups/detach',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Take an instance out of a security group',
  body: Membership,
  responds: { status: 200, body: SecurityGroupMessage },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ body, caller }, { securityGroups }) => securityGroups.detach(caller, body),
});

export const securityGroupRoutes = [
  createGroup,
  listGroups,
  attach,
  detach,
  getGroup,
  deleteGroup,
  addRule,
  removeRule,
] as const;
