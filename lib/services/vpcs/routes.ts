import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { CreateVpc, UpdateVpc, Vpc, VpcMessage } from './schema.ts';
import type { Vpcs } from './service.ts';

const vpcRoute = route<{ vpcs: Vpcs }>();

const createVpc = vpcRoute({
  method: 'POST',
  path: '/vpcs',
  permission: 'vpc:create',
  idempotent: true,
  summary: 'Create a VPC',
  description:
    'A network of your own: on AWS a VPC with an internet gateway and a route table for its public subnets.',
  body: CreateVpc,
  responds: { status: 201, body: Vpc },
  errors: ['CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { vpcs }) => vpcs.create(caller, body),
});

const listVpcs = vpcRoute({
  method: 'GET',
  path: '/vpcs',
  permission: 'vpc:read',
  summary: 'List VPCs, newest first',
  list: { sortBy: ['name', 'createdAt', 'state'] },
  responds: { status: 200, body: z.array(Vpc) },
  handle: ({ caller, list }, { vpcs }) => vpcs.list(caller, list),
});

const getVpc = vpcRoute({
  method: 'GET',
  path: '/vpcs/:id',
  permission: 'vpc:read',
  summary: 'Get a VPC by id or name',
  responds: { status: 200, body: Vpc },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { vpcs }) => vpcs.get(caller, params.id as string),
});

const updateVpc = vpcRoute({
  method: 'PATCH',
  path: '/vpcs/:id',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Change the name of a VPC',
  body: UpdateVpc,
  responds: { status: 200, body: Vpc },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, body, caller }, { vpcs }) => vpcs.update(caller, params.id as string, body),
});

const deleteVpc = vpcRoute({
  method: 'DELETE',
  path: '/vpcs/:id',
  permission: 'vpc:delete',
  idempotent: true,
  summary: 'Delete a VPC with its subnets and security groups',
  description:
    'Refused while instances or load balancers are in it, with their names. Those that are being deleted do not count.',
  responds: { status: 200, body: VpcMessage },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { vpcs }) => vpcs.delete(caller, params.id as string),
});

export const vpcRoutes = [createVpc, listVpcs, getVpc, updateVpc, deleteVpc] as const;
