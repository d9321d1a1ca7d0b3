import type { ApiAnswer, ApiRequest } from '../platform/api.ts';

export type Kind =
  | 'INSTANCE'
  | 'VOLUME'
  | 'SNAPSHOT'
  | 'SNAPSHOT_SCHEDULE'
  | 'VPC'
  | 'SUBNET'
  | 'SECURITY_GROUP'
  | 'LOAD_BALANCER'
  | 'SCALING_GROUP'
  | 'BATCH_JOB'
  | 'POLICY'
  | 'QUEUE'
  | 'TOPIC'
  | 'SUBSCRIPTION'
  | 'FUNCTION'
  | 'CRON_JOB';

/** A resource that a tenant was told of. */
export interface Known {
  kind: Kind;
  id: string;
  name: string;
  /** The resource that it goes along with when that is deleted. */
  parents: string[];
  /** What else the tenant needs to know of it: its VPC, its volume, its secret. */
  facts: Readonly<Record<string, string>>;
  /** Whether a delete of it was ever sent, and whether one was ever accepted. */
  deleteSent: boolean;
  deleted: boolean;
  /** When the tenant was told of it, and of its end. */
  knownAt: number;
  deletedAt?: number;
}

/** A message that a publish was asked for and whose acceptance was answered. */
export interface PublishedMessage {
  topic: string;
  /** Unlike that of any other message; begins with the tenant's id. */
  body: string;
  sentAt: number;
}

/** An asynchronous invocation that was accepted. */
export interface Invoked {
  function: string;
  id: string;
  /** Unlike that of any other; begins with the tenant's id. */
  payload: string;
}

/** An accepted or unanswered request that changes something. */
export interface Asked {
  request: ApiRequest;
  /** Its last answer; absent where none ever came. */
  answer?: ApiAnswer;
  sentAt: number;
  answeredAt?: number;
  /** Takes in what the request has made, once that is known. */
  learn(answer: ApiAnswer): void;
  /** What was done to which resource, for what must come of it. */
  action?: { name: string; target: string };
}

/** All that one tenant remembers: what it must find again at the end. */
export class Memory {
  readonly known = new Map<string, Known>();
  readonly asked: Asked[] = [];
  /** Instances that a batch job may do something to at any time. */
  readonly inJobs = new Set<string>();
  readonly published: PublishedMessage[] = [];
  readonly invoked: Invoked[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(
    kind: Kind,
    id: string,
    name: string,
    parents: string[] = [],
    facts: Record<string, string> = {},
  ): void {
    if (!this.known.has(id))
      this.known.set(id, {
        kind,
        id,
        name,
        parents,
        facts,
        deleteSent: false,
        deleted: false,
        knownAt: this.#now(),
      });
  }

  /** Those of a kind that were not deleted as far as the tenant knows. */
  of(kind: Kind): Known[] {
    return [...this.known.values()].filter((one) => one.kind === kind && !one.deleted);
  }

  /** Whether it must be gone: it, or what it goes along with, was deleted. */
  mustBeGone(id: string): boolean {
    const one = this.known.get(id);
    return one !== undefined && (one.deleted || one.parents.some((parent) => this.mustBeGone(parent)));
  }

  /** Whether it may be gone, as a delete of it or of what it goes along with was at least asked for. */
  mayBeGone(id: string): boolean {
    const one = this.known.get(id);
    return one === undefined || one.deleteSent || one.parents.some((parent) => this.mayBeGone(parent));
  }
}
