import { randomUUID } from 'node:crypto';
import { AwsError } from '../stand-in.ts';
import type { Secret, SecretStore, SecretVersion } from './store.ts';

const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const maxBytes = 65_536;

export interface SecretValue {
  ClientRequestToken?: string | undefined;
  SecretString?: string | undefined;
  SecretBinary?: Uint8Array | undefined;
}

const sameValue = (version: SecretVersion, value: SecretValue): boolean =>
  version.text === value.SecretString &&
  Buffer.compare(version.binary ?? Buffer.alloc(0), value.SecretBinary ?? Buffer.alloc(0)) === 0;

/**
 * Adds a value and makes it the current one. The request's token is the version's id: the same token and value again
 * change nothing.
 *
 * @throws AwsError
 */
export const addVersion = (
  store: SecretStore,
  secret: Secret,
  value: SecretValue,
  now: number,
  stages: readonly string[] = [current],
): SecretVersion => {
  if ((value.SecretString === undefined) === (value.SecretBinary === undefined))
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  if (Buffer.byteLength(value.SecretString ?? value.SecretBinary ?? '') > maxBytes)
    throw new AwsError('ValidationException', `A secret's value has at most ${maxBytes} bytes.`);
  const id = value.ClientRequestToken ?? randomUUID();
  const versions = store.versions(secret);
  const existing = versions.find((one) => one.id === id);
  if (existing) {
    if (sameValue(existing, value)) return existing;
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const replaced = stages.includes(current)
    ? versions.find((one) => one.stages.includes(current))
    : undefined;
  for (const version of versions) {
    const kept = version.stages.filter(
      (stage) => !stages.includes(stage) && !(replaced && stage === previous),
    );
    const changed = version === replaced ? [...kept, previous] : kept;
    if (changed.join() !== version.stages.join()) store.putVersion(secret, { ...version, stages: changed });
  }
  const added = {
    id,
    text: value.SecretString,
    binary: value.SecretBinary,
    stages: [...stages],
    createdAt: now,
  };
  store.putVersion(secret, added);
  return added;
};
