import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { sha256 } from '../../platform/auth/digest.ts';
import { platformTenant } from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import { type Caller, recorded } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, parseId, timeOf } from '../../platform/ids.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import type { Key, Tables, Write } from '../../platform/table/types.ts';
import type { CreateInvitation, Invitation } from './schema.ts';

const InvitationRecord = z.object({
  id: z.string(),
  email: z.optional(z.string()),
  code_hash: z.string(),
  created_by: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
  used_at: z.optional(z.string()),
});
type InvitationRecord = z.infer<typeof InvitationRecord>;

const partition = `T#${platformTenant}#INVITATION`;
const keyOf = (id: string): Key => ({ pk: partition, sk: id });

/** `inv_`, the id, and 16 random bytes: the id finds it, the rest proves it. */
const form = /^inv_([0-9a-f]{32})[0-9a-f]{32}$/;

const refused = () =>
  new CloudError('FORBIDDEN', 'the invitation is unknown, used or expired, or for another e-mail');

export interface InvitationParts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
}

/** Invitations: single-use, expiring, made by administrators. */
export const createInvitations = ({ tables, clock, newId }: InvitationParts) => {
  const now = () => new Date(clock.now()).toISOString();

  const wire = (record: InvitationRecord, code?: string): Invitation => ({
    id: record.id,
    ...(record.email && { email: record.email }),
    ...(code && { invitation: code }),
    state: record.used_at ? 'USED' : record.expires_at <= now() ? 'EXPIRED' : 'OPEN',
    created_by: record.created_by,
    created_at: record.created_at,
    expires_at: record.expires_at,
  });

  return {
    async create(caller: Caller, { email, expires_in_hours }: CreateInvitation): Promise<Invitation> {
      const id = newId();
      const code = `inv_${id.replaceAll('-', '')}${randomBytes(16).toString('hex')}`;
      const record: InvitationRecord = {
        id,
        email,
        code_hash: sha256(code),
        created_by: caller.principal.user,
        created_at: new Date(timeOf(id)).toISOString(),
        expires_at: new Date(clock.now() + expires_in_hours * 3_600_000).toISOString(),
      };
      const answer = wire(record, code);
      await tables.transact([...recorded(caller, answer), { put: { ...keyOf(id), ...record } }], {
        signal: caller.signal,
      });
      return answer;
    },

    async list(caller: Caller, request: ListRequest): Promise<Listed<Invitation[]>> {
      const all: (Invitation & { name: string; status: string })[] = [];
      for await (const item of tables.query({ partition, consistent: true, signal: caller.signal })) {
        const invitation = wire(InvitationRecord.parse(item));
        all.push({ ...invitation, name: invitation.email ?? '', status: invitation.state });
      }
      return pageInMemory(all, request);
    },

    /** Takes an invitation back; one that was used leaves the list. @throws CloudError `NOT_FOUND` */
    async revoke(caller: Caller, id: string): Promise<void> {
      const canonical = parseId(id);
      if (!canonical) throw invalid('id', 'must be a UUID');
      const exists = { expression: 'attribute_exists(pk)' };
      await tables.transact(
        [
          ...recorded(caller, undefined),
          { delete: keyOf(canonical), when: exists, otherwise: () => notFound('invitation') },
        ],
        { signal: caller.signal },
      );
    },

    /** Uses an invitation up, as a part of the registration's transaction. @throws CloudError `FORBIDDEN` */
    consume(code: string, email: string): Write {
      const id = parseId(form.exec(code)?.[1] ?? '');
      if (!id) throw refused();
      return {
        update: keyOf(id),
        set: { used_at: now(), used_by: email },
        when: {
          expression:
            'code_hash = :hash AND expires_at > :now AND attribute_not_exists(used_at) AND (attribute_not_exists(email) OR email = :email)',
          values: { ':hash': sha256(code), ':now': now(), ':email': email },
        },
        otherwise: refused,
      };
    },
  };
};

export type Invitations = ReturnType<typeof createInvitations>;
