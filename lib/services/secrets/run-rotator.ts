import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import { permits } from '../../platform/auth/principal.ts';
import type { Clock } from '../../platform/clock.ts';
import { derivedId } from '../../platform/derived-id.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { NewId } from '../../platform/ids.ts';
import { completed } from '../../platform/lifecycle/events.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Tables } from '../../platform/table/types.ts';
import { type FunctionRecord, maxPayloadBytes, type RunNow, timedOutCode } from '../functions/service.ts';
import { noteAccess } from './access.ts';
import type { SecretRecord } from './record.ts';
import { neededPermissions, unfitness } from './rotator.ts';
import { valueOfAnswer } from './rotator-answer.ts';
import type { Envelope } from './service.ts';
import { contextOf, findValue } from './versions.ts';

/** Who has read, and who has given a value, in a rotation. No user has such an id. */
export const byRotation = 'rotation';

/** Why there is no new value: one of a closed set of sentences, which hold nothing of what a function says. */
export class RotationFailed extends Error {
  override readonly name = 'RotationFailed';
}

export interface RunRotatorOptions {
  tables: Pick<Tables, 'get' | 'write'>;
  functions: Pick<ResourceStore<FunctionRecord>, 'find'>;
  envelope: Pick<Envelope, 'open'>;
  /** What a user may do; undefined where there is none, or the user is suspended. */
  permissionsOf(user: string, signal: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  run: RunNow;
  clock: Clock;
  newId: NewId;
}

/** The same for each try at one value, so that a rotator can know what it has done already. */
export const rotationIdOf = ({ id, created_at, current_version }: SecretRecord): string =>
  derivedId(Date.parse(created_at), `${id} rotation of ${current_version}`);

/** What the platform itself does to a secret in a rotation: done, as it is written down. */
export const doneByRotation = (
  parts: { newId: NewId; clock: Clock },
  secret: SecretRecord,
  action: string,
  signal: AbortSignal,
): LifecycleEvent => {
  const caller = onBehalfOf(
    { tenant: secret.tenant, user: byRotation, requestId: rotationIdOf(secret), by: 'rotation' },
    signal,
  );
  const event = requested(parts, caller, action);
  return completed(event, 'succeeded', event.at);
};

/** What a function's failure to be run is called. */
const unrun = (error: unknown): unknown => {
  if (!(error instanceof CloudError)) return error;
  if (error.kind === 'not_found') return new RotationFailed('its function was deleted');
  if (error.type === 'UNAVAILABLE') return new RotationFailed('its function is not ready, or Lambda is busy');
  return new RotationFailed('its function could not be run');
};

/**
 * Asks a secret's function for a new value. The function is told the present one, which is written down as a read before; of
 * the invocation neither logs nor result are kept.
 * @throws RotationFailed; Error for a fault of ours
 */
export const createRunRotator = (options: RunRotatorOptions) => {
  const { tables, functions, envelope, permissionsOf, run, clock } = options;

  const rotatorOf = async (secret: SecretRecord, signal: AbortSignal): Promise<FunctionRecord> => {
    const { tenant, rotation_function_id = '', rotation_user_id = '' } = secret;
    const allowed = await permissionsOf(rotation_user_id, signal);
    if (!allowed) throw new RotationFailed('the user who asked for the rotation is suspended');
    const missing = neededPermissions.find((one) => !permits(allowed, one));
    if (missing)
      throw new RotationFailed(`the user who asked for the rotation lacks the permission ${missing}`);
    const rotator = await functions.find(tenant, rotation_function_id, { signal });
    if (!rotator) throw new RotationFailed('its function was deleted');
    const unfit = unfitness(rotator);
    if (unfit) throw new RotationFailed(`its function ${unfit}`);
    return rotator;
  };

  const payloadFor = async (secret: SecretRecord, signal: AbortSignal): Promise<Uint8Array> => {
    const { id, name, current_version } = secret;
    const sealed = await findValue(tables, secret, current_version, signal);
    if (!sealed) throw new Error('the current version is not there');
    const opening = envelope.open(contextOf(secret, current_version), sealed, signal);
    const current_value = await opening.catch((error: unknown) => {
      throw error instanceof CloudError ? new RotationFailed('its value could not be read now') : error;
    });
    const payload = Buffer.from(
      JSON.stringify({
        step: 'rotate',
        rotation_id: rotationIdOf(secret),
        secret_id: id,
        secret_name: name,
        version: current_version,
        current_value,
      }),
    );
    if (payload.byteLength > maxPayloadBytes)
      throw new RotationFailed('its value is too long to be handed to a function');
    return payload;
  };

  return async (secret: SecretRecord, signal: AbortSignal): Promise<string> => {
    const rotator = await rotatorOf(secret, signal);
    const payload = await payloadFor(secret, signal);
    await noteAccess(
      tables,
      secret,
      doneByRotation({ newId: options.newId, clock }, secret, 'access', signal),
      signal,
    );
    const invoking = { principal: { tenant: secret.tenant }, signal };
    const { ran } = await run(invoking, rotator.id, payload, { keepResult: false, keepLogs: false }).catch(
      (error: unknown) => {
        throw unrun(error);
      },
    );
    if (ran.statusCode === timedOutCode) throw new RotationFailed('its function gave no answer in time');
    if (ran.statusCode !== 0) throw new RotationFailed('its function failed');
    const value = valueOfAnswer(ran.result);
    if (value === undefined)
      throw new RotationFailed('its function gave no {"value": "…"} of 1 to 65,536 bytes');
    return value;
  };
};
