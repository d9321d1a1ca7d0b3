import type { GetParameterCommandInput, GetParameterCommandOutput } from '@aws-sdk/client-ssm';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { ParameterStore } from './store.ts';

type Output = Omit<GetParameterCommandOutput, '$metadata'>;

export const getParameter =
  (store: ParameterStore): Action<GetParameterCommandInput, Output> =>
  ({ Name, WithDecryption = false }, caller) => {
    if (!Name) throw validationError(mustNotBeNull('name'));
    const parameter = store.find(caller, Name, WithDecryption);
    if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
    return { Parameter: parameter };
  };
