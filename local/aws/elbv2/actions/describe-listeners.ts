import type {
  DescribeListenersInput,
  DescribeListenersOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { validationError } from '../rules/errors.ts';
import { getBalancer, getListener } from '../rules/lookup.ts';
import { pageOf } from '../rules/pages.ts';
import { listenerView } from '../views/listener-view.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html */
export const describeListeners = defineAction<DescribeListenersInput, DescribeListenersOutput>({
  optional: ['ListenerArns', 'LoadBalancerArn', 'Marker', 'PageSize'],
  perform({ ListenerArns: arns = [], LoadBalancerArn: balancerArn, ...request }, call) {
    if ((balancerArn === undefined) === (arns.length === 0))
      throw validationError('You must specify either listener ARNs or a load balancer ARN');
    const chosen =
      balancerArn === undefined
        ? arns.map((arn) => getListener(arn, call))
        : call.listeners.where('balancer_arn', getBalancer(balancerArn, call).id);
    const { records, nextMarker } = pageOf(chosen, request);
    return { Listeners: records.map(listenerView), NextMarker: nextMarker };
  },
});
