import { createStore } from '../platform/store/create-store.ts';
import { createActions } from '../services/actions/service.ts';
import { secretKind } from '../services/secrets/record.ts';
import { type Envelope, Secrets } from '../services/secrets/service.ts';
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

/** Secrets: the only function that may use their key. */
export const composeSecrets = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<SecretsServices> => {
  const { DEFAULT_QUOTAS, SECRETS_KEY_ARN } = config('DEFAULT_QUOTAS', 'SECRETS_KEY_ARN');
  const store = createStore(secretKind, { tables, clock, limits: DEFAULT_QUOTAS });
  const envelope = lazyEnvelope(SECRETS_KEY_ARN);
  const actions = createActions({ tables });
  return { services: { secrets: new Secrets({ store, tables, envelope, actions, clock, newId }) } };
};
