import type { GetParametersCommandInput, GetParametersCommandOutput } from '@aws-sdk/client-ssm';
import type { Action } from '../stand-in.ts';
import { mustSatisfy, validationError } from '../validation.ts';
import type { ParameterStore } from './store.ts';

type Output = Omit<GetParametersCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const maxNames = 10;

export const getParameters =
  (store: ParameterStore): Action<GetParametersCommandInput, Output> =>
  ({ Names = [], WithDecryption = false }, caller) => {
    if (Names.length < 1 || Names.length > maxNames)
      throw validationError(
        mustSatisfy('names', `[${Names.join(', ')}]`, `have length between 1 and ${maxNames}, inclusive`),
      );
    const found = Names.map((name) => ({ name, parameter: store.find(caller, name, WithDecryption) }));
    return {
      Parameters: found.flatMap(({ parameter }) => parameter ?? []),
      InvalidParameters: found.filter(({ parameter }) => !parameter).map(({ name }) => name),
    };
  };
