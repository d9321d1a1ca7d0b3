import type { StandIn, StandInContext } from '../stand-in.ts';
import { deleteParameter } from './delete-parameter.ts';
import { getParameter } from './get-parameter.ts';
import { getParameters } from './get-parameters.ts';
import { putParameter } from './put-parameter.ts';
import { ParameterStore } from './store.ts';

/** SSM's Parameter Store. `publicParameters` are AWS's own, such as those that name the current AMIs. */
export const createSsm = (
  { timers, database }: Pick<StandInContext, 'timers' | 'database'>,
  { publicParameters = {} }: { publicParameters?: Readonly<Record<string, string>> } = {},
): StandIn => {
  const store = new ParameterStore(database, publicParameters);
  return {
    client: 'SSMClient',
    actions: {
      GetParameterCommand: getParameter(store),
      GetParametersCommand: getParameters(store),
      PutParameterCommand: putParameter(timers, store),
      DeleteParameterCommand: deleteParameter(store),
    },
  };
};
