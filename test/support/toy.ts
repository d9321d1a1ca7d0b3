import * as z from 'zod/mini';
import type { Caller, Idempotency } from '../../lib/platform/http/caller.ts';
import type { ListRequest } from '../../lib/platform/http/list.ts';
import { newId } from '../../lib/platform/ids.ts';
import type { ResourceKind } from '../../lib/platform/store/types.ts';
import type { LifecycleEvent, Reconciled, Resource } from '../../lib/platform/table/resource.ts';

const base = {
  id: z.string(),
  tenant: z.string(),
  user_id: z.string(),
  name: z.string(),
  status: z.string(),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
};

const Event = z.custom<LifecycleEvent>((value) => typeof value === 'object');

const Toy = z.object({
  ...base,
  generation: z.int(),
  observed_generation: z.int(),
  desired_status: z.optional(z.string()),
  attempt: z.int(),
  failures: z.int(),
  next_attempt_at: z.optional(z.string()),
  status_reason: z.optional(z.string()),
  create_asked_at: z.optional(z.string()),
  deleted_at: z.optional(z.string()),
  event: z.optional(Event),
  zone: z.optional(z.string()),
  tags: z.optional(z.record(z.string(), z.string())),
  padding: z.optional(z.string()),
});

/** A kind that lives in a cloud, with shared names. */
export type Toy = Reconciled & { zone?: string; tags?: Record<string, string>; padding?: string };

export const toyKind: ResourceKind<Toy> = {
  kind: 'TOY',
  label: 'toy',
  schema: Toy,
  names: 'shared',
  reconciled: true,
  slim: ({ zone, tags }) => ({ zone, tags }),
};

/** A kind that lives in the table alone, with unique names. */
export type Label = Resource & { text?: string };

export const labelKind: ResourceKind<Label> = {
  kind: 'LABEL',
  label: 'label',
  schema: z.object({ ...base, text: z.optional(z.string()) }),
  names: 'unique',
  reconciled: false,
};

const stamp = (tenant: string, name: string) => {
  const now = new Date().toISOString();
  return {
    id: newId(),
    tenant,
    user_id: tenant,
    name,
    version: 1,
    created_at: now,
    updated_at: now,
  };
};

export const requested = (action: string, id = newId()): LifecycleEvent => ({
  id,
  action_id: id,
  action,
  phase: 'requested',
  at: new Date().toISOString(),
  user: newId(),
  request_id: newId(),
});

export const toy = (tenant: string, name = 'toy', more: Partial<Toy> = {}): Toy => ({
  ...stamp(tenant, name),
  status: 'STARTING',
  desired_status: 'RUNNING',
  generation: 1,
  observed_generation: 0,
  attempt: 1,
  failures: 0,
  ...more,
});

export const label = (tenant: string, name: string, more: Partial<Label> = {}): Label => ({
  ...stamp(tenant, name),
  status: 'active',
  ...more,
});

/** A caller of a tenant; `idempotency` as the middleware would give it. */
export const callerOf = (tenant: string, more: Partial<Caller> = {}): Caller => ({
  requestId: newId(),
  signal: AbortSignal.timeout(10_000),
  viewerAddress: '192.0.2.1',
  userAgent: 'test',
  principal: {
    tenant,
    user: tenant,
    role: 'developer',
    permissions: new Set(['*']),
    credential: { kind: 'api_key', id: 'key' },
  },
  ...more,
});

/** Thrown where the request has been answered before. */
export class Replay extends Error {
  override readonly name = 'Replay';
}

/** A stand-in for the record that the idempotency middleware puts into a service's transaction. */
export const idempotencyOf = (tenant: string, key: string): Idempotency => ({
  given: key,
  record: (result) => ({
    put: {
      table: 'ephemeral',
      pk: `IDEMPOTENCY#${tenant}`,
      sk: key,
      body: JSON.stringify(result),
      expires_at: Math.floor(Date.now() / 1000) + 86_400,
    },
    when: { expression: 'attribute_not_exists(pk)' },
    otherwise: () => new Replay(key),
  }),
});

export const listRequest = (more: Partial<ListRequest> = {}): ListRequest => ({
  paged: true,
  pageSize: 20,
  sortBy: 'createdAt',
  sortDir: 'desc',
  ...more,
});
