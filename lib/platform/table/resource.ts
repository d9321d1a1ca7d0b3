/** What every resource record carries besides its own fields (architecture 5). */
export interface Resource {
  /** UUIDv7, so it sorts by creation. A few built-in records have other UUIDs. */
  id: string;
  tenant: string;
  /** The owner, as the contract shows it. */
  user_id: string;
  name: string;
  /** A state of contract section 4. */
  status: string;
  /** 1 at creation, one more with each write: the optimistic lock and the fence. */
  version: number;
  /** RFC 3339 in UTC; the time in the id. */
  created_at: string;
  updated_at: string;
}

/** What the lifecycle engine keeps in a record whose resource lives in AWS. */
export interface Reconciled extends Resource {
  /** One more with each change of what is wanted. */
  generation: number;
  /** The generation that reality has reached. Equal to `generation`: converged. */
  observed_generation: number;
  /** The state under way to, shown beside `status` during a transition. */
  desired_status?: string;
  /** One more with each fresh try at creating the cloud's resource; part of its client token. */
  attempt: number;
  /** Failures in a row at the present generation; 5 end in `ERROR`. */
  failures: number;
  /** When to look again, RFC 3339; the outbox sends the message with that delay. */
  next_attempt_at?: string;
  /** Why it is in `ERROR`, or what it waits for. Safe to show to the owner. */
  status_reason?: string;
  /** When the cloud was asked for something that has no client token, RFC 3339; present while the outcome is unknown. */
  create_asked_at?: string;
  /** Set by a delete: hidden from lists and reads at once, kept until the cloud says it is gone. */
  deleted_at?: string;
  /** The latest lifecycle event; the outbox publishes it when its `id` changes. */
  event?: LifecycleEvent;
  /** A resource of the same tenant that wants to know when this one changes or goes. Never changes. */
  watched_by?: Watcher;
  /** Others that want to know, who come and go: for example the scaling groups whose instances a balancer serves. */
  watchers?: readonly Watcher[];
  /** One more each time that something else happens which watchers want to know, for example to a target's health. */
  news?: number;
}

/** Who is told to look when a resource changes: for example the scaling group that an instance was launched for. */
export interface Watcher {
  kind: string;
  id: string;
}

/** What a user or the platform did to a resource, as it goes to the bus, the action history and later the audit. */
export interface LifecycleEvent {
  /** Unique and deterministic: consumers drop repeats by it. */
  id: string;
  /** The user's action that this belongs to; equal to `id` for the request itself. */
  action_id: string;
  /** For example `launch`, `stop`, `start`, `restart`, `terminate`, `update`. */
  action: string;
  phase: 'requested' | 'succeeded' | 'failed' | 'observed';
  at: string;
  /** Who asked; absent where nobody did. */
  user?: string;
  request_id?: string;
  /** It replaces nothing: what was under way goes on, and both come to their end together. An `update` always does so. */
  besides?: boolean;
  /** Safe to show to the owner. */
  error?: string;
}
