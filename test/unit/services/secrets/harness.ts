import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { KMSClient } from '@aws-sdk/client-kms';
import { composeSecretsWorker } from '../../../../lib/app/reconcile-secrets.ts';
import { attachPlugin, awsClient } from '../../../../lib/platform/aws/client.ts';
import { systemClock } from '../../../../lib/platform/clock.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { createActions } from '../../../../lib/services/actions/service.ts';
import { functionKind } from '../../../../lib/services/functions/service.ts';
import { createKmsDataKeys } from '../../../../lib/services/secrets/backend.kms.ts';
import type { DataKeys } from '../../../../lib/services/secrets/backend.ts';
import { openValue, sealValue } from '../../../../lib/services/secrets/envelope.ts';
import { secretKind } from '../../../../lib/services/secrets/record.ts';
import { createRotatorCheck } from '../../../../lib/services/secrets/rotator.ts';
import { CreateSecret } from '../../../../lib/services/secrets/schema.ts';
import { type Envelope, Secrets } from '../../../../lib/services/secrets/service.ts';
import { createStandInHost } from '../../../../local/aws/host.ts';
import { createKms } from '../../../../local/aws/kms/index.ts';
import type { StandIn } from '../../../../local/aws/stand-in.ts';
import { createPlugin } from '../../../../local/sdk-plugin.ts';

const place = { account: '000000000000', region: 'us-east-1' };

/** The engine's own KMS behind the real client, reached as a function does. */
export const startKms = async () => {
  const database = new DatabaseSync(':memory:');
  const kms = createKms({ database });
  const { arn, id } = kms.controls.createKey(place);
  const calls: string[] = [];
  const noting: StandIn = {
    ...kms,
    actions: Object.fromEntries(
      Object.entries(kms.actions).map(([command, action]): [string, StandIn['actions'][string]] => [
        command,
        (input, caller) => {
          calls.push(command.replace(/Command$/, ''));
          return action(input, caller);
        },
      ]),
    ),
  };
  const host = await createStandInHost({
    standIns: [noting],
    identify: () => ({ ...place, arn: 'arn:aws:iam::000000000000:role/test' }),
  });
  const plugin = createPlugin({ CLOUD_LOCAL_HOST: host.url, AWS_ACCESS_KEY_ID: 'test' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = awsClient(KMSClient, 'KMS', { credentials });
  attachPlugin(client, () => plugin);
  return {
    keys: createKmsDataKeys(client, arn),
    keysOf: (keyArn: string) => createKmsDataKeys(client, keyArn),
    /** What KMS was asked, oldest first. */
    calls,
    deleteKey: () => kms.controls.deleteKey(place, id),
    stop: async () => {
      client.destroy();
      await host.close();
      database.close();
    },
  };
};
export type Kms = Awaited<ReturnType<typeof startKms>>;

export interface SecretsTestOptions {
  keys: DataKeys;
  limits?: Limits;
}

export const envelopeOf = (keys: DataKeys): Envelope => ({
  seal: (context, value, signal) => sealValue(keys, context, value, signal),
  open: (context, sealed, signal) => openValue(keys, context, sealed, signal),
});

/** Secrets over real tables, as the API function and the worker compose them. */
export const openSecrets = (tables: Tables, { keys, limits = { secrets: 100 } }: SecretsTestOptions) => {
  const clock = {
    /** Milliseconds that have passed beside the real ones. */
    ahead: 0,
    now() {
      return systemClock.now() + this.ahead;
    },
  };
  const store = createStore(secretKind, { tables, clock, limits });
  const envelope = envelopeOf(keys);
  const secrets = new Secrets({
    store,
    checkRotator: createRotatorCheck(createStore(functionKind, { tables, clock })),
    tables,
    envelope,
    actions: createActions({ tables }),
    clock,
    newId,
  });
  const reconciler = composeSecretsWorker({
    tables,
    clock,
    newId,
    envelope,
    run: async () => {
      throw new Error('no secret here has a function');
    },
    log: { info: () => undefined, warn: () => undefined },
  });
  return {
    clock,
    store,
    secrets,
    create: (caller: Caller, change: Record<string, unknown> = {}) =>
      secrets.create(caller, CreateSecret.parse({ name: 'password', value: 'hunter2', ...change })),
    /** The worker looks at one secret, whatever time it is. */
    look: async ({ principal: { tenant } }: Caller, id: string) => {
      const kind = secretKind.kind;
      const message = { kind, tenant, id, generation: 0, event_id: randomUUID(), observed: true };
      const [result] = await reconciler.handle([message], {
        signal: AbortSignal.timeout(20_000),
        deadline: clock.now() + 20_000,
      });
      if (result && 'error' in result) throw result.error;
      return result?.ending;
    },
  };
};
