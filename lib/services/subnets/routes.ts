import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { CreateSubnet, Subnet, SubnetMessage } from './schema.ts';
import type { Subnets } from './service.ts';

const subnetRoute = route<{ subnets: Subnets }>();

const createSubnet = subnetRoute({
  method: 'POST',
  path: '/vpcs/:id/subnets',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Create a subnet in a VPC',
  params: IdParams,
  body: CreateSubnet,
  responds: { status: 201, body: Subnet },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { subnets }) => subnets.create(caller, params.id, body),
});

const listSubnets = subnetRoute({
  method: 'GET',
  path: '/vpcs/:id/subnets',
  permission: 'vpc:read',
  summary: 'List the subnets of a VPC, newest first',
  params: IdParams,
  list: { sortBy: ['name', 'createdAt', 'state'] },
  responds: { status: 200, body: z.array(Subnet) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list }, { subnets }) => subnets.list(caller, params.id, list),
});

const getSubnet = subnetRoute({
  method: 'GET',
  path: '/subnets/:id',
  permission: 'vpc:read',
  summary: 'Get a subnet',
  params: IdParams,
  responds: { status: 200, body: Subnet },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { subnets }) => subnets.get(caller, params.id),
});

const deleteSubnet = subnetRoute({
  method: 'DELETE',
  path: '/subnets/:id',
  permission: 'vpc:update',
  idempotent: true,
  summary: 'Delete a subnet',
  description:
    'Refused while instances are in it, with their names. Those that are being deleted do not count.',
  params: IdParams,
  responds: { status: 200, body: SubnetMessage },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { subnets }) => subnets.delete(caller, params.id),
});

export const subnetRoutes = [createSubnet, listSubnets, getSubnet, deleteSubnet] as const;
