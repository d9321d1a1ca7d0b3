import { randomUUID } from 'node:crypto';

/** Input members that the SDK fills in itself where the caller left them out, so that its retries are one request. */
const tokenOf: Readonly<Record<string, string>> = {
  RunInstancesCommand: 'ClientToken',
  CreateVolumeCommand: 'ClientToken',
  CreateSecretCommand: 'ClientRequestToken',
  PutSecretValueCommand: 'ClientRequestToken',
};

/** The input as the SDK would send it, with its token. */
export const withIdempotencyToken = (command: string, input: unknown): unknown => {
  const member = tokenOf[command];
  if (!member || (input as Record<string, unknown>)[member] !== undefined) return input;
  return { ...(input as object), [member]: randomUUID() };
};
