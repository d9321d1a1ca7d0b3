import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Action } from '../actions/schema.ts';
import {
  AddSecretVersion,
  CreateSecret,
  DeletedSecret,
  DeleteSecretQuery,
  GetSecretQuery,
  ListSecretsQuery,
  RotateSecret,
  Secret,
  SecretVersion,
  UpdateSecret,
} from './schema.ts';
import type { Secrets } from './service.ts';

const secretRoute = route<{ secrets: Secrets }>();

const createSecret = secretRoute({
  method: 'POST',
  path: '/secrets',
  permission: 'secret:create',
  idempotent: true,
  summary: 'Create a secret',
  description:
    'The value is sealed under a key of its own before it is stored. `encrypted_value` of the answer is the ciphertext. With `rotation_function_id` a function gives it a new value every `rotation_days` days.',
  body: CreateSecret,
  responds: { status: 201, body: Secret },
  errors: ['FORBIDDEN', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED', 'UNAVAILABLE'],
  handle: ({ body, caller }, { secrets }) => secrets.create(caller, body),
});

const listSecrets = secretRoute({
  method: 'GET',
  path: '/secrets',
  permission: 'secret:read',
  summary: 'List secrets by name, without their values',
  description: 'With `deleted=true` those that were deleted and can be restored.',
  query: ListSecretsQuery,
  list: {
    sortBy: ['name', 'createdAt'],
    order: { sortBy: 'name', sortDir: 'asc' },
    filters: ['deleted'],
  },
  responds: { status: 200, body: z.array(Secret) },
  handle: ({ caller, list, query }, { secrets }) => secrets.list(caller, list, query.deleted === 'true'),
});

const getSecret = secretRoute({
  method: 'GET',
  path: '/secrets/:id',
  permission: 'secret:read',
  noStore: true,
  summary: 'Read the value of a secret, by id or name',
  description:
    'The one route that gives a value, in `encrypted_value`. Every read is recorded before it is answered. `version` asks for an earlier value.',
  query: GetSecretQuery,
  responds: { status: 200, body: Secret },
  errors: ['NOT_FOUND', 'UNAVAILABLE'],
  handle: ({ params, query, caller }, { secrets }) => secrets.get(caller, params.id as string, query.version),
});

const updateSecret = secretRoute({
  method: 'PATCH',
  path: '/secrets/:id',
  permission: 'secret:create',
  idempotent: true,
  summary: 'Change the description or the rotation of a secret',
  description:
    'With `rotation_function_id`, a plain handler of one’s own, it gets a new value from that function every `rotation_days` days (1 to 1,000, by default 30); `null` ends that. Needs `secret:read` and `function:invoke` too.',
  body: UpdateSecret,
  responds: { status: 200, body: Secret },
  errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
  handle: ({ params, body, caller }, { secrets }) => secrets.update(caller, params.id as string, body),
});

const deleteSecret = secretRoute({
  method: 'DELETE',
  path: '/secrets/:id',
  permission: 'secret:delete',
  idempotent: true,
  summary: 'Delete a secret, by id or name',
  description:
    'It is gone at once and its name is free. For `recovery_days` (7 to 30, by default 7) it can be restored by its id; then it is purged. `force=true` purges it at once.',
  query: DeleteSecretQuery,
  responds: { status: 200, body: DeletedSecret },
  errors: ['NOT_FOUND'],
  handle: ({ params, query, caller }, { secrets }) => secrets.delete(caller, params.id as string, query),
});

const restoreSecret = secretRoute({
  method: 'POST',
  path: '/secrets/:id/restore',
  permission: 'secret:create',
  idempotent: true,
  summary: 'Restore a deleted secret with all its versions',
  description: 'By id only, until it is purged. One that is not deleted stays as it is.',
  params: IdParams,
  responds: { status: 200, body: Secret },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { secrets }) => secrets.restore(caller, params.id),
});

const listSecretVersions = secretRoute({
  method: 'GET',
  path: '/secrets/:id/versions',
  permission: 'secret:read',
  summary: 'List the versions of a secret, newest first, without their values',
  responds: { status: 200, body: z.array(SecretVersion) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { secrets }) => secrets.versions(caller, params.id as string),
});

const addSecretVersion = secretRoute({
  method: 'POST',
  path: '/secrets/:id/versions',
  permission: 'secret:create',
  idempotent: true,
  summary: 'Give a secret a new value',
  description: 'Reads get it from now on. Of the values 20 are kept: the oldest goes with the next one.',
  body: AddSecretVersion,
  responds: { status: 201, body: SecretVersion },
  errors: ['NOT_FOUND', 'CONFLICT', 'UNAVAILABLE'],
  handle: ({ params, body, caller }, { secrets }) =>
    secrets.addVersion(caller, params.id as string, body.value),
});

const rotateSecret = secretRoute({
  method: 'POST',
  path: '/secrets/:id/rotate',
  permission: 'secret:create',
  idempotent: true,
  summary: 'Give a secret a new random value',
  description:
    'Letters, digits, `-` and `_`: six bits each. The answer does not hold it; who needs it reads the secret. 409 where a function gives it its values: `POST /secrets/:id/rotation` calls it.',
  body: RotateSecret,
  responds: { status: 201, body: SecretVersion },
  errors: ['NOT_FOUND', 'CONFLICT', 'UNAVAILABLE'],
  handle: ({ params, body, caller }, { secrets }) => secrets.rotate(caller, params.id as string, body.length),
});

const startSecretRotation = secretRoute({
  method: 'POST',
  path: '/secrets/:id/rotation',
  permission: 'secret:create',
  idempotent: true,
  summary: 'Have the function of a secret give it a new value now',
  description:
    'By id or name. The function is called within seconds; `last_rotated_at` or `rotation_error` tell how it went. 409 where the secret has no function.',
  responds: { status: 202, body: Secret },
  errors: ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { secrets }) => secrets.startRotation(caller, params.id as string),
});

const listSecretActions = secretRoute({
  method: 'GET',
  path: '/secrets/:id/actions',
  permission: 'secret:read',
  summary: 'List who changed and who read a secret in the last 90 days, newest first',
  list: { sortBy: ['createdAt'] },
  responds: { status: 200, body: z.array(Action) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list }, { secrets }) => secrets.history(caller, params.id as string, list),
});

export const secretRoutes = [
  createSecret,
  listSecrets,
  getSecret,
  updateSecret,
  deleteSecret,
  restoreSecret,
  listSecretVersions,
  addSecretVersion,
  rotateSecret,
  startSecretRotation,
  listSecretActions,
] as const;
