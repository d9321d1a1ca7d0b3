import { identityServices } from '../../../../lib/app/identity-services.ts';
import { createAuthenticator } from '../../../../lib/platform/auth/create-authenticator.ts';
import type { Principal } from '../../../../lib/platform/auth/principal.ts';
import type { SecretReader } from '../../../../lib/platform/auth/secret-reader.ts';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Caller, PublicCaller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Quotas } from '../../../../lib/platform/store/types.ts';
import type { Admission } from '../../../../lib/services/auth/registration.ts';
import { addUser, userKind } from '../../../../lib/services/auth/users.ts';
import { createZones } from '../../../../lib/services/zones/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

export const issuer = 'thecloud:test';
export const password = 'password123';
export const secret: SecretReader = { read: async () => 'x'.repeat(64) };

/** Quotas that remember what was set; the real ones have their own tests. */
export const fakeQuotas = (): Quotas => {
  const set = new Map<string, number>();
  const list = () => [{ resource: 'instances', used: 1, limit: set.get('instances') ?? 20 }];
  return {
    list: async () => list(),
    set: async (_caller, _tenant, limits) => {
      for (const [name, limit] of Object.entries(limits)) set.set(name, limit);
      return list();
    },
  };
};

export const publicCaller = (): PublicCaller => ({
  requestId: newId(),
  signal: AbortSignal.timeout(20_000),
  viewerAddress: '192.0.2.1',
  userAgent: 'test',
});

export const callerOf = (principal: Principal): Caller => ({ ...publicCaller(), principal });

/** The whole of identity over real tables, with a clock that a test moves. */
export const startIdentity = async (admission: Admission = 'open') => {
  const database = await startTables();
  return { ...openIdentity(database, admission), database, stop: () => database.stop() };
};

/** A process of its own over the same tables: its caches are empty. */
export const openIdentity = (
  database: Pick<TestTables, 'tables'>,
  admission: Admission = 'open',
  // 2026-11-20, in the middle of a signing period.
  time = { now: 1_795_000_000_000 },
) => {
  const { tables } = database;
  const clock = { now: () => time.now };
  const reported: unknown[] = [];
  const report = (error: unknown) => reported.push(error);
  const authenticator = createAuthenticator({ tables, clock, issuer, report });
  const { forget } = authenticator;
  const parts = {
    tables,
    clock,
    newId,
    secret,
    quotas: fakeQuotas(),
    zones: createZones({ zones: ['us-east-1a', 'us-east-1b'], homeZone: 'us-east-1a' }),
    admission,
    issuer,
    forget,
  };
  const services = identityServices(parts);
  const users = createStore(userKind, { tables, clock });
  let made = 0;

  const register = async (email = `user${++made}-${newId()}@example.com`) =>
    services.auth.register(publicCaller(), { email, password, name: 'Some User' });

  const principalOf = (apiKey: string) => authenticator.authenticate({ apiKey }, AbortSignal.timeout(20_000));

  return {
    ...services,
    tables,
    users,
    clock,
    time,
    authenticator,
    reported,
    register,
    principalOf,
    /** A registered user, logged in. */
    async user(email?: string) {
      const user = await register(email);
      const { api_key } = await services.auth.login(publicCaller(), { email: user.email, password });
      return { ...user, key: api_key, caller: callerOf(await principalOf(api_key)) };
    },
    /** An administrator, logged in. */
    async administrator() {
      const email = `admin${++made}-${newId()}@example.com`;
      const parts = { tables, users, clock, newId };
      const user = await addUser(parts, publicCaller(), {
        email,
        password,
        name: 'Some Admin',
        role: 'admin',
      });
      const { api_key } = await services.auth.login(publicCaller(), { email, password });
      return { ...user, key: api_key, caller: callerOf(await principalOf(api_key)) };
    },
  };
};

export type Identity = ReturnType<typeof openIdentity>;

/** The error that `work` ends with, as a client tells errors apart. */
export const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof CloudError) return error.type;
    throw error;
  }
  return 'no failure';
};

export const fullList = { paged: false, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' } as const;
