import type { PutParameterCommandInput, PutParameterCommandOutput } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';
import type { ParameterStore } from './store.ts';

type Output = Omit<PutParameterCommandOutput, '$metadata'>;

/** Of the standard tier. */
const maxValueBytes = 4096;

const types = ['String', 'StringList', 'SecureString'];

export const putParameter =
  (clock: Clock, store: ParameterStore): Action<PutParameterCommandInput, Output> =>
  ({ Name, Value, Type, Overwrite = false }, caller) => {
    if (!Name) throw validationError(mustNotBeNull('name'));
    if (!Value) throw validationError(mustNotBeNull('value'));
    if (Type && !types.includes(Type))
      throw validationError(mustSatisfy('type', Type, `satisfy enum value set: [${types.join(', ')}]`));
    if (/^\/?(aws|ssm)/i.test(Name))
      throw new AwsError(
        'ValidationException',
        'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
      );
    if (!/^[\w.\-/]+$/.test(Name) || (Name.includes('/') && !Name.startsWith('/')))
      throw new AwsError(
        'ValidationException',
        'Parameter name must be a fully qualified name, made of letters, numbers and the symbols .-_/',
      );
    if (Buffer.byteLength(Value) > maxValueBytes)
      throw new AwsError(
        'ValidationException',
        `Standard tier parameters support a maximum parameter value of ${maxValueBytes} characters.`,
      );
    const existing = store.find(caller, Name, true);
    if (existing && !Overwrite)
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    const type = Type ?? existing?.Type;
    if (!type)
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    const version = (existing?.Version ?? 0) + 1;
    store.put(caller, Name, { type, value: Value, version, modified_at: clock.now() });
    return { Version: version, Tier: 'Standard' };
  };
