import type { DeleteListenerInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { getListener } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html */
export const deleteListener = defineAction<DeleteListenerInput, Record<string, never>>({
  required: ['ListenerArn'],
  perform({ ListenerArn: arn }, call) {
    call.listeners.delete(getListener(arn, call).id);
    return {};
  },
});
