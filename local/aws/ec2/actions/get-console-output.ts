import type { GetConsoleOutputRequest, GetConsoleOutputResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { consoleText } from '../views/console-text.ts';

/** EC2 keeps the last 64 KB. */
const keptBytes = 65_536;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
export const getConsoleOutput = defineAction<GetConsoleOutputRequest, GetConsoleOutputResult>({
  required: ['InstanceId'],
  optional: ['Latest'],
  perform({ InstanceId: id = '' }, call) {
    const instance = getOne(kinds.instance, id, call);
    const output = Buffer.from(consoleText(instance, call.now)).subarray(-keptBytes);
    return {
      InstanceId: instance.id,
      Timestamp: new Date(call.now),
      ...(output.length > 0 ? { Output: output.toString('base64') } : {}),
    };
  },
});
