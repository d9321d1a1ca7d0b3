import type { StandIn, StandInContext } from '../stand-in.ts';
import { createFunction } from './create-function.ts';
import { deleteFunction } from './delete-function.ts';
import type { LambdaEngine } from './engine.ts';
import { createFolders } from './folders.ts';
import { getFunction } from './get-function.ts';
import { getFunctionConfiguration } from './get-function-configuration.ts';
import { invoke } from './invoke.ts';
import { LambdaStore } from './store.ts';
import { updateFunctionCode } from './update-function-code.ts';
import { updateFunctionConfiguration } from './update-function-configuration.ts';

export interface LambdaControls {
  /** The tags of a function by its ARN; undefined for one that does not exist. */
  tagsOf(account: string, region: string, name: string): Record<string, string> | undefined;
}

export interface LambdaOptions {
  readObject: LambdaEngine['readObject'];
  canAssume: LambdaEngine['canAssume'];
  /** Until what is made or changed is through. Default 200, as long as a machine's boot. */
  settleMilliseconds?: number;
}

/**
 * Lambda, as far as tenants' functions need it: zip packages of one version, invoked synchronously. Each invocation is a
 * process of its own on this machine, in an environment of its own.
 */
export const createLambda = (
  { timers, database }: Pick<StandInContext, 'timers' | 'database'>,
  { readObject, canAssume, settleMilliseconds = 200 }: LambdaOptions,
): StandIn & { controls: LambdaControls } => {
  const store = new LambdaStore(database);
  const { close, ...folders } = createFolders();
  const engine: LambdaEngine = {
    store,
    clock: timers,
    settleMilliseconds,
    readObject,
    canAssume,
    ...folders,
  };
  return {
    client: 'LambdaClient',
    actions: {
      CreateFunctionCommand: createFunction(engine),
      UpdateFunctionCodeCommand: updateFunctionCode(engine),
      UpdateFunctionConfigurationCommand: updateFunctionConfiguration(engine),
      GetFunctionCommand: getFunction(engine),
      GetFunctionConfigurationCommand: getFunctionConfiguration(engine),
      DeleteFunctionCommand: deleteFunction(engine),
      InvokeCommand: invoke(engine),
    },
    controls: {
      tagsOf: (account, region, name) => store.find({ account, region, arn: '' }, name)?.tags,
    },
    close,
  };
};
