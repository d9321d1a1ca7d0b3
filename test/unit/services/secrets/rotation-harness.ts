import { randomUUID } from 'node:crypto';
import { composeSecretsWorker } from '../../../../lib/app/reconcile-secrets.ts';
import { identityKeys } from '../../../../lib/platform/auth/records.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { requested } from '../../../../lib/platform/lifecycle/requested.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { newRecord } from '../../../../lib/platform/store/new-record.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import type { Invoker, Ran } from '../../../../lib/services/functions/backend.ts';
import { createInvocations } from '../../../../lib/services/functions/invocations.ts';
import {
  createRunNow,
  type FunctionRecord,
  functionKind,
} from '../../../../lib/services/functions/service.ts';
import type { SecretRecord } from '../../../../lib/services/secrets/record.ts';
import type { Envelope } from '../../../../lib/services/secrets/service.ts';
import { newCaller } from '../instances/harness.ts';
import { envelopeOf, type Kms, openSecrets } from './harness.ts';

export const day = 86_400_000;
export const rotationRights = ['secret:read', 'secret:create', 'function:invoke'];

/** What a rotator is handed. */
export interface Handed {
  step: string;
  rotation_id: string;
  secret_id: string;
  secret_name: string;
  version: number;
  current_value: string;
}

export const gave = (value: unknown): Ran => ({ statusCode: 0, logs: '', result: JSON.stringify({ value }) });

/** Secrets with functions that rotate them, over real tables and KMS; what a function does is a test's to say. */
export const openRotation = (tables: Tables, kms: Kms) => {
  const open = openSecrets(tables, { keys: kms.keys });
  const { clock, store } = open;
  const functions = createStore(functionKind, { tables, clock, limits: { functions: 10 } });
  const handed: Handed[] = [];
  const logged: unknown[] = [];
  const rotator = {
    run: async (given: Handed): Promise<Ran> => gave(`after ${given.current_value}`),
  };
  const invoker: Invoker = {
    invoke: async (_target, payload) => {
      const given = JSON.parse(Buffer.from(payload).toString()) as Handed;
      handed.push(given);
      return rotator.run(given);
    },
  };

  /** A worker, on tables and with an envelope that may have faults. */
  const startWorker = (
    over: Tables = tables,
    envelope: Envelope = envelopeOf(kms.keys),
    end: AbortSignal = new AbortController().signal,
  ) => {
    const log = (...said: unknown[]) => logged.push(said);
    const reconciler = composeSecretsWorker({
      tables: over,
      clock,
      newId,
      envelope,
      run: createRunNow({
        store: createStore(functionKind, { tables: over, clock }),
        invocations: createInvocations({ tables: over, clock }),
        invoker: async () => invoker,
        clock,
        newId,
        sleep: async (milliseconds) => {
          clock.ahead += milliseconds;
        },
      }),
      log: { info: log, warn: log },
    });
    return async ({ principal: { tenant } }: Caller, id: string) => {
      const message = {
        kind: 'SECRET',
        tenant,
        id,
        generation: 0,
        event_id: randomUUID(),
        observed: true,
      };
      const signal = AbortSignal.any([AbortSignal.timeout(20_000), end]);
      const [result] = await reconciler.handle([message], { signal, deadline: clock.now() + 20_000 });
      if (!result || 'error' in result) throw result?.error;
      return result.ending;
    };
  };

  return {
    ...open,
    functions,
    handed,
    logged,
    rotator,
    startWorker,
    look: startWorker(),
    /** A user with a role of their own, who has a function. */
    async newOwner(permissions: readonly string[] = rotationRights): Promise<Caller> {
      const caller = newCaller();
      await this.setUser(caller, permissions);
      return caller;
    },
    async setUser({ principal: { user } }: Caller, permissions: readonly string[], status = 'ACTIVE') {
      const name = `role-of-${user}`;
      await tables.write({ put: { ...identityKeys.user(user), status, role: name } });
      await tables.write({
        put: { ...identityKeys.role(name), id: randomUUID(), name, description: '', permissions, version: 1 },
      });
    },
    async newFunction(caller: Caller, change: Partial<FunctionRecord> = {}): Promise<string> {
      const code = {
        version: 1,
        sha256: 'x',
        size: 1,
        handler: 'index.handler',
        model: 'handler' as const,
        at: '',
      };
      const created = newRecord(newId, caller);
      await functions.create(caller, {
        ...created,
        name: `rotator-${created.id}`,
        status: 'ACTIVE',
        observed_generation: 1,
        runtime: 'nodejs20',
        timeout: 10,
        memory_mb: 128,
        environment: {},
        code,
        codes: [code],
        last_code: 1,
        event: requested({ newId, clock }, caller, 'create'),
        ...change,
      });
      return created.id;
    },
    async recordOf({ principal: { tenant } }: Caller, id: string): Promise<SecretRecord> {
      const record = await store.find(tenant, id, { tombstones: true });
      if (!record) throw new Error(`there is no secret ${id}`);
      return record;
    },
    valueOf: async (caller: Caller, id: string) => (await open.secrets.get(caller, id)).encrypted_value,
  };
};
export type Rotation = ReturnType<typeof openRotation>;
