import type { DeleteParameterCommandInput, DeleteParameterCommandOutput } from '@aws-sdk/client-ssm';
import { type Action, AwsError } from '../stand-in.ts';
import { mustNotBeNull, validationError } from '../validation.ts';
import type { ParameterStore } from './store.ts';

type Output = Omit<DeleteParameterCommandOutput, '$metadata'>;

export const deleteParameter =
  (store: ParameterStore): Action<DeleteParameterCommandInput, Output> =>
  ({ Name }, caller) => {
    if (!Name) throw validationError(mustNotBeNull('name'));
    if (!store.delete(caller, Name)) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
    return {};
  };
