import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message } from '../instances/schema.ts';
import { Volume } from '../volumes/schema.ts';
import { CreateSnapshot, RestoreSnapshot, Snapshot, SnapshotFilters } from './schema.ts';
import type { Snapshots } from './service.ts';

const snapshotRoute = route<{ snapshots: Snapshots }>();

const createSnapshot = snapshotRoute({
  method: 'POST',
  path: '/snapshots',
  permission: 'snapshot:create',
  idempotent: true,
  shape: 'split',
  summary: 'Take a snapshot of a volume',
  description: 'Answers at once with the snapshot in `CREATING`, whatever the volume is doing.',
  body: CreateSnapshot,
  responds: { status: 201, body: Snapshot },
  errors: ['NOT_FOUND', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { snapshots }) => snapshots.create(caller, body),
});

const listSnapshots = snapshotRoute({
  method: 'GET',
  path: '/snapshots',
  permission: 'snapshot:read',
  shape: 'split',
  summary: 'List snapshots, newest first',
  query: SnapshotFilters,
  list: { sortBy: ['name', 'createdAt', 'state'], filters: ['state', 'volume_id'] },
  responds: { status: 200, body: z.array(Snapshot) },
  handle: ({ caller, list, query }, { snapshots }) => snapshots.list(caller, list, query),
});

const getSnapshot = snapshotRoute({
  method: 'GET',
  path: '/snapshots/:id',
  permission: 'snapshot:read',
  params: IdParams,
  shape: 'split',
  summary: 'Get a snapshot',
  responds: { status: 200, body: Snapshot },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { snapshots }) => snapshots.get(caller, params.id),
});

const deleteSnapshot = snapshotRoute({
  method: 'DELETE',
  path: '/snapshots/:id',
  permission: 'snapshot:delete',
  params: IdParams,
  idempotent: true,
  shape: 'split',
  summary: 'Delete a snapshot that no volume is being restored from',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { snapshots }) => snapshots.delete(caller, params.id),
});

const restoreSnapshot = snapshotRoute({
  method: 'POST',
  path: '/snapshots/:id/restore',
  permission: 'snapshot:restore',
  params: IdParams,
  idempotent: true,
  shape: 'split',
  summary: 'Restore a snapshot into a new volume, of the same size or larger',
  body: RestoreSnapshot,
  responds: { status: 201, body: Volume },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { snapshots }) => snapshots.restore(caller, params.id, body),
});

export const snapshotRoutes = [
  createSnapshot,
  listSnapshots,
  getSnapshot,
  deleteSnapshot,
  restoreSnapshot,
] as const;
