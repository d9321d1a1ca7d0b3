import type { SdkPlugin } from '../../../lib/platform/aws/client.ts';
import type { StandIn } from '../../../local/aws/stand-in.ts';

/** Stand-ins of this process, by the SDK's client name. */
export const standIns = new Map<string, StandIn>();

const caller = { account: '000000000000', region: 'us-east-1', arn: '' };

/** What `CLOUD_SDK_PLUGIN` names in a test: calls of the services above go to them, all others on. */
export const plugin: SdkPlugin = {
  intercept: async ({ client, command, input }, next) => {
    const action = standIns.get(client)?.actions[command];
    return action ? action(structuredClone(input), caller) : next();
  },
};
