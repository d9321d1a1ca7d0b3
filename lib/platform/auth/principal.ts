/** Who is calling, as authentication found it. */
export interface Principal {
  /** Whose things these are: today the registered user's own id (architecture 5). Part of every key. */
  tenant: string;
  /** The user who acts. */
  user: string;
  role: string;
  /** The tenant's home zone, where an administrator has set one. */
  homeZone?: string;
  /** What the role and the credential's own scopes allow together: exact permissions, or `*`. */
  permissions: ReadonlySet<string>;
  /** Present where the credential was narrowed to some of its owner's permissions; such a one may not mint a wider one. */
  scopes?: readonly string[];
  /** Present where the credential is an API key, or came from one, that ends; RFC 3339. It may not mint one that outlives it. */
  expires_at?: string;
  credential: { kind: 'api_key'; id: string } | { kind: 'token'; id: string };
}

/** `*` or the exact string; there are no prefix wildcards (contract 3). */
export const permits = (permissions: ReadonlySet<string>, permission: string): boolean =>
  permissions.has('*') || permissions.has(permission);
