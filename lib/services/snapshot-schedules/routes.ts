import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { Message } from '../instances/schema.ts';
import { CreateSnapshotSchedule, SnapshotSchedule, UpdateSnapshotSchedule } from './schema.ts';
import type { SnapshotSchedules } from './service.ts';

const scheduleRoute = route<{ schedules: SnapshotSchedules }>();

const createSchedule = scheduleRoute({
  method: 'POST',
  path: '/snapshot-schedules',
  permission: 'snapshot:create',
  idempotent: true,
  summary: 'Take snapshots of a volume again and again',
  description:
    'The first run falls due at the next `at` (UTC), or one interval from now. Of its own good snapshots the newest `retain` are kept. What falls due while the platform is down runs once, later.',
  body: CreateSnapshotSchedule,
  responds: { status: 201, body: SnapshotSchedule },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { schedules }) => schedules.create(caller, body),
});

const listSchedules = scheduleRoute({
  method: 'GET',
  path: '/snapshot-schedules',
  permission: 'snapshot:read',
  summary: 'List snapshot schedules, newest first',
  list: { sortBy: ['name', 'createdAt', 'state'] },
  responds: { status: 200, body: z.array(SnapshotSchedule) },
  handle: ({ caller, list }, { schedules }) => schedules.list(caller, list),
});

const getSchedule = scheduleRoute({
  method: 'GET',
  path: '/snapshot-schedules/:id',
  permission: 'snapshot:read',
  summary: 'Get a snapshot schedule by id or name',
  responds: { status: 200, body: SnapshotSchedule },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { schedules }) => schedules.get(caller, params.id as string),
});

const updateSchedule = scheduleRoute({
  method: 'PATCH',
  path: '/snapshot-schedules/:id',
  permission: 'snapshot:create',
  idempotent: true,
  summary: 'Change, pause or resume a snapshot schedule',
  body: UpdateSnapshotSchedule,
  responds: { status: 200, body: SnapshotSchedule },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, body, caller }, { schedules }) => schedules.update(caller, params.id as string, body),
});

const deleteSchedule = scheduleRoute({
  method: 'DELETE',
  path: '/snapshot-schedules/:id',
  permission: 'snapshot:delete',
  idempotent: true,
  summary: 'Delete a snapshot schedule; its snapshots stay',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { schedules }) => schedules.delete(caller, params.id as string),
});

export const scheduleRoutes = [
  createSchedule,
  listSchedules,
  getSchedule,
  updateSchedule,
  deleteSchedule,
] as const;
