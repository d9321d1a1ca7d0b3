import { lazily } from '../platform/lazily.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createActions } from '../services/actions/service.ts';
import { secretKind } from '../services/secrets/record.ts';
import { type Envelope, Secrets, type SecretsOptions } from '../services/secrets/service.ts';
import type { SecretsServices } from '../services/secrets-routes.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** The client of the key and the cryptography are loaded with the first value that is sealed or opened: a list needs neither. */
const lazyEnvelope = (keyArn: string): Envelope => {
  let loading: Promise<Envelope> | undefined;
  const load = () => {
    loading ??= import('./secrets-envelope.ts').then(({ kmsEnvelope }) => kmsEnvelope(keyArn));
    return loading;
  };
  return {
    seal: async (...parameters) => (await load()).seal(...parameters),
    open: async (...parameters) => (await load()).open(...parameters),
  };
};

/** Secrets: beside the worker that rotates them the only function that may use their key. */
export const composeSecrets = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<SecretsServices> => {
  const { DEFAULT_QUOTAS, SECRETS_KEY_ARN } = config('DEFAULT_QUOTAS', 'SECRETS_KEY_ARN');
  const store = createStore(secretKind, { tables, clock, limits: DEFAULT_QUOTAS });
  const envelope = lazyEnvelope(SECRETS_KEY_ARN);
  const actions = createActions({ tables });
  // What is known of functions is loaded by the first wish for a rotation.
  const check = lazily(async () => (await import('./rotator-check.ts')).rotatorCheck({ tables, clock }));
  const checkRotator: SecretsOptions['checkRotator'] = async (...parameters) =>
    (await check())(...parameters);
  const parts = { store, tables, envelope, actions, checkRotator, clock, newId };
  return { services: { secrets: new Secrets(parts) } };
};
