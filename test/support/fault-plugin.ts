import type { SdkPlugin } from '../../lib/platform/aws/client.ts';
import { type Fault, spoil } from './faults.ts';

/** What one call is put before; `undefined`: it goes through. Faults that change what is sent have no place here. */
type Choice = (command: string) => Exclude<Fault, 'partial'> | undefined;

let choice: Choice = () => undefined;

/** How often each fault was done since the last choice. */
export const done: Partial<Record<Fault, number>> = {};

/** Puts every call of this process's AWS clients before `choose`. */
export const injectFaults = (choose: Choice): void => {
  choice = choose;
  for (const fault of Object.keys(done) as Fault[]) delete done[fault];
};

/** To be named in `CLOUD_SDK_PLUGIN`: spoils the calls of a whole function, however it makes its clients. */
export const plugin: SdkPlugin = {
  intercept: async ({ command, input }, next) => {
    const fault = choice(command);
    if (!fault) return next();
    done[fault] = (done[fault] ?? 0) + 1;
    const answer = await spoil(fault, { input: input as Record<string, unknown> }, async () => ({
      output: (await next()) as object,
      response: {},
    }));
    return answer.output;
  },
};
