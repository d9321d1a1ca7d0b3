import * as z from 'zod/mini';
import type { Item, Key } from '../table/types.ts';

/** The tenant under which the platform keeps what is its own: users, invitations, password resets. No user has this id. */
export const platformTenant = 'PLATFORM';

/** Where the things of identity lie. One function for each kind of item; the access patterns are in `docs/security.md`. */
export const identityKeys = {
  user: (user: string): Key => ({ pk: `T#${platformTenant}#USER`, sk: user }),
  /** The latest event of a tenant: what an administrator last said about it. */
  tenant: (tenant: string): Key => ({ pk: `T#${tenant}#TENANT`, sk: tenant }),
  /** What a login needs, found by normalised e-mail; also keeps the e-mail unique. */
  credential: (email: string): Key => ({ pk: `EMAIL#${email}`, sk: 'CREDENTIAL' }),
  apiKeys: (tenant: string): string => `T#${tenant}#API_KEY`,
  apiKey: (tenant: string, id: string): Key => ({ pk: `T#${tenant}#API_KEY`, sk: id }),
  /** What authentication needs, found by the key's SHA-256. */
  apiKeyLookup: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: 'KEY' }),
  /** When a key was last used; in the ephemeral table, which has no stream to wake. */
  apiKeyUse: (tenant: string, id: string): Key => ({ table: 'ephemeral', pk: `KEYUSE#${tenant}`, sk: id }),
  apiKeyUses: (tenant: string): string => `KEYUSE#${tenant}`,
  roles: 'ROLES',
  role: (name: string): Key => ({ pk: 'ROLES', sk: `NAME#${name}` }),
  roleName: (id: string): Key => ({ pk: 'ROLES', sk: `ID#${id}` }),
  session: (family: string): Key => ({ table: 'ephemeral', pk: `SESSION#${family}`, sk: 'SESSION' }),
  signingKeys: 'SIGNING_KEYS',
  signingKey: (id: string): Key => ({ pk: 'SIGNING_KEYS', sk: id }),
} as const;

/** A registered user, who is a tenant at the same time. */
export const UserRecord = z.object({
  id: z.string(),
  /** Always the platform: users are found by their own id. */
  tenant: z.literal(platformTenant),
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.string(),
  status: z.enum(['ACTIVE', 'SUSPENDED']),
  /** One more ends every token, and every key that a login minted. */
  session_epoch: z.int(),
  suspended_at: z.optional(z.string()),
  /** The availability zone that is the default for what the tenant makes; absent: the platform's. */
  home_zone: z.optional(z.string()),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type UserRecord = z.infer<typeof UserRecord>;

/** A user as the table holds it: id and tenant stand in its key alone (`lib/platform/store/record.ts`). */
export const userFrom = (item: Item): UserRecord =>
  UserRecord.parse({ ...item, id: item.sk, tenant: platformTenant });

export const ApiKeyLookup = z.object({
  id: z.string(),
  tenant: z.string(),
  user_id: z.string(),
  /** Left out: everything that the owner may do. */
  scopes: z.optional(z.array(z.string())),
  expires_at: z.optional(z.string()),
  /** Of keys that a login minted: the user's epoch at that time. */
  session_epoch: z.optional(z.int()),
});
export type ApiKeyLookup = z.infer<typeof ApiKeyLookup>;

export const RoleRecord = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  permissions: z.array(z.string()),
  version: z.int(),
});
export type RoleRecord = z.infer<typeof RoleRecord>;

/** A refresh token's family: all that descends from one `POST /auth/token`. */
export const Session = z.object({
  family: z.string(),
  tenant: z.string(),
  user_id: z.string(),
  session_epoch: z.int(),
  /** The API key that the family came from; its revocation, scopes and expiry hold for the tokens too. */
  key_hash: z.optional(z.string()),
  /** SHA-256 of the refresh token that is good now. */
  token_hash: z.string(),
  started_at: z.string(),
  /** Epoch seconds. */
  expires_at: z.int(),
});
export type Session = z.infer<typeof Session>;

/** The public half of a signing key, and the private half under the token secret. */
export const SigningKey = z.object({
  /** RFC 7638 thumbprint of the public half. */
  kid: z.string(),
  /** Number of the 30-day period that it signs in. */
  period: z.int(),
  public_jwk: z.object({ kty: z.string(), crv: z.string(), x: z.string() }),
  sealed_private_jwk: z.string(),
});
export type SigningKey = z.infer<typeof SigningKey>;
