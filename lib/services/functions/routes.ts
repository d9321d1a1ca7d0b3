import * as z from 'zod/mini';
import { maxInBandBytes } from '../../platform/http/body.ts';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { maxPayloadBytes } from './limits.ts';
import {
  CloudFunction,
  CodeVersions,
  CreateFunction,
  Invocation,
  InvocationParams,
  InvokeQuery,
  Message,
  Payload,
  PutCode,
  Rollback,
  UpdateFunction,
} from './schema.ts';
import type { Functions } from './service.ts';

const declare = route<{ functions: Functions }>();

export const functionRoutes = [
  declare({
    method: 'POST',
    path: '/functions',
    permission: 'function:create',
    idempotent: true,
    summary: 'Create a function',
    description:
      'As a form, with the zip archive as the file `code`, or as JSON with the archive in base64. `handler` is the name of a file of the archive, which is run as a process for each invocation, or `module.export`. The first invocation waits until the function is there.',
    body: CreateFunction,
    bodyKind: 'form',
    maxBodyBytes: maxInBandBytes,
    responds: { status: 201, body: CloudFunction },
    errors: ['CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ body, caller }, { functions }) => functions.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/functions',
    permission: 'function:read',
    summary: 'List functions, newest first',
    list: { sortBy: ['name', 'createdAt', 'state'] },
    responds: { status: 200, body: z.array(CloudFunction) },
    handle: ({ caller, list }, { functions }) => functions.list(caller, list),
  }),
  declare({
    method: 'GET',
    path: '/functions/:id',
    permission: 'function:read',
    summary: 'Get a function',
    params: IdParams,
    responds: { status: 200, body: CloudFunction },
    handle: ({ params, caller }, { functions }) => functions.get(caller, params.id),
  }),
  declare({
    method: 'PATCH',
    path: '/functions/:id',
    permission: 'function:create',
    idempotent: true,
    summary: 'Change the settings of a function',
    params: IdParams,
    body: UpdateFunction,
    responds: { status: 200, body: CloudFunction },
    errors: ['CONFLICT'],
    handle: ({ params, body, caller }, { functions }) => functions.update(caller, params.id, body),
  }),
  declare({
    method: 'PUT',
    path: '/functions/:id/code',
    permission: 'function:create',
    idempotent: true,
    summary: 'Put new code: a new version, which runs from now on',
    params: IdParams,
    body: PutCode,
    bodyKind: 'form',
    maxBodyBytes: maxInBandBytes,
    responds: { status: 200, body: CloudFunction },
    errors: ['CONFLICT'],
    handle: ({ params, body, caller }, { functions }) => functions.putCode(caller, params.id, body),
  }),
  declare({
    method: 'GET',
    path: '/functions/:id/versions',
    permission: 'function:read',
    summary: 'List the versions of the code that are kept, newest first',
    params: IdParams,
    responds: { status: 200, body: CodeVersions },
    handle: ({ params, caller }, { functions }) => functions.versions(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/functions/:id/rollback',
    permission: 'function:create',
    idempotent: true,
    summary: 'Go back to a version of the code that is kept',
    params: IdParams,
    body: Rollback,
    responds: { status: 200, body: CloudFunction },
    errors: ['CONFLICT'],
    handle: ({ params, body, caller }, { functions }) => functions.rollback(caller, params.id, body),
  }),
  declare({
    method: 'DELETE',
    path: '/functions/:id',
    permission: 'function:delete',
    idempotent: true,
    summary: 'Delete a function',
    params: IdParams,
    responds: { status: 200, body: Message },
    handle: ({ params, caller }, { functions }) => functions.delete(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/functions/:id/invoke',
    permission: 'function:invoke',
    idempotent: {
      exempt: 'the user’s code has effects that no answer can undo, and an async run may come twice',
    },
    summary: 'Run a function',
    description:
      'Waits up to 25 s; code that fails is a 200 with `FAILED`. With `async=true` it answers 202 with `PENDING`, and is run at least once. The payload is the body as it is.',
    params: IdParams,
    query: InvokeQuery,
    body: Payload,
    bodyKind: 'raw',
    maxBodyBytes: maxPayloadBytes,
    responds: { status: 200, body: Invocation, accepted: ({ status }) => status === 'PENDING' },
    handle: ({ params, query, body, caller }, { functions }) =>
      query.async === 'true' || query.async === '1'
        ? functions.invokeAsync(caller, params.id, body)
        : functions.invoke(caller, params.id, body),
  }),
  declare({
    method: 'GET',
    path: '/functions/:id/logs',
    permission: 'function:read',
    summary: 'List the last 100 invocations with their logs, newest first',
    params: IdParams,
    responds: { status: 200, body: z.array(Invocation) },
    handle: ({ params, caller }, { functions }) => functions.logs(caller, params.id),
  }),
  declare({
    method: 'GET',
    path: '/functions/:id/invocations/:invocationId',
    permission: 'function:read',
    summary: 'Get an invocation',
    params: InvocationParams,
    responds: { status: 200, body: Invocation },
    handle: ({ params, caller }, { functions }) =>
      functions.invocation(caller, params.id, params.invocationId),
  }),
] as const;
