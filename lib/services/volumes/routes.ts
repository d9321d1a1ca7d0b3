import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { Action } from '../actions/schema.ts';
import { Message } from '../instances/schema.ts';
import {
  AttachVolume,
  CreateVolume,
  DeleteVolumeQuery,
  UpdateVolume,
  Volume,
  VolumeFilters,
} from './schema.ts';
import type { Volumes } from './service.ts';

const volumeRoute = route<{ volumes: Volumes }>();

const createVolume = volumeRoute({
  method: 'POST',
  path: '/volumes',
  permission: 'volume:create',
  idempotent: true,
  summary: 'Create a volume',
  description:
    'Answers at once with the volume `AVAILABLE`; EBS follows. It is always encrypted. `iops` and `throughput` are checked against the bounds of `type`.',
  body: CreateVolume,
  responds: { status: 201, body: Volume },
  errors: ['CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { volumes }) => volumes.create(caller, body),
});

const listVolumes = volumeRoute({
  method: 'GET',
  path: '/volumes',
  permission: 'volume:read',
  summary: 'List volumes, newest first',
  query: VolumeFilters,
  list: { sortBy: ['name', 'createdAt', 'state'], filters: ['state'] },
  responds: { status: 200, body: z.array(Volume) },
  handle: ({ caller, list, query }, { volumes }) => volumes.list(caller, list, query),
});

const getVolume = volumeRoute({
  method: 'GET',
  path: '/volumes/:id',
  permission: 'volume:read',
  summary: 'Get a volume by id or name',
  responds: { status: 200, body: Volume },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { volumes }) => volumes.get(caller, params.id as string),
});

const updateVolume = volumeRoute({
  method: 'PATCH',
  path: '/volumes/:id',
  permission: 'volume:create',
  idempotent: true,
  summary: 'Rename a volume, let it grow, or change its type and speed',
  description:
    'A volume never shrinks. AWS lets a volume rest between two changes, six hours as a rule: until then `status_reason` says so. The file system on it is the user’s to grow.',
  body: UpdateVolume,
  responds: { status: 200, body: Volume },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { volumes }) => volumes.update(caller, params.id as string, body),
});

const deleteVolume = volumeRoute({
  method: 'DELETE',
  path: '/volumes/:id',
  permission: 'volume:delete',
  idempotent: true,
  summary: 'Delete a volume, and its snapshots with it unless they are to be kept',
  description:
    'Its snapshots are deleted too, unless `keep_snapshots=true`. Its snapshot schedules always are. A volume that is IN-USE is refused.',
  query: DeleteVolumeQuery,
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND'],
  handle: ({ params, query, caller }, { volumes }) =>
    volumes.delete(caller, params.id as string, query.keep_snapshots === 'true'),
});

const attachVolume = volumeRoute({
  method: 'POST',
  path: '/volumes/:id/attach',
  permission: 'instance:update',
  idempotent: true,
  summary: 'Attach a volume to an instance',
  description:
    'IN-USE at once; EBS follows as soon as the machine runs or is stopped. `mount_path` is written down: a machine that runs already mounts nothing by itself.',
  body: AttachVolume,
  responds: { status: 200, body: Volume },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { volumes }) => volumes.attach(caller, params.id as string, body),
});

const detachVolume = volumeRoute({
  method: 'POST',
  path: '/volumes/:id/detach',
  permission: 'instance:update',
  idempotent: true,
  summary: 'Detach a volume from its instance',
  description: 'AVAILABLE at once; EBS follows. Unmount it in a running machine first: until then EBS waits.',
  responds: { status: 200, body: Volume },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { volumes }) => volumes.detach(caller, params.id as string),
});

const listActions = volumeRoute({
  method: 'GET',
  path: '/volumes/:id/actions',
  permission: 'volume:read',
  summary: 'List what was done to a volume in the last 90 days, newest first',
  list: { sortBy: ['createdAt'] },
  responds: { status: 200, body: z.array(Action) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list }, { volumes }) => volumes.history(caller, params.id as string, list),
});

export const volumeRoutes = [
  createVolume,
  listVolumes,
  getVolume,
  updateVolume,
  deleteVolume,
  attachVolume,
  detachVolume,
  listActions,
] as const;
