import type {
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { validationError } from '../rules/errors.ts';
import { balancerNotFound, getBalancer } from '../rules/lookup.ts';
import { pageOf } from '../rules/pages.ts';
import { balancerView } from '../views/balancer-view.ts';

const maxNamed = 20;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
export const describeLoadBalancers = defineAction<DescribeLoadBalancersInput, DescribeLoadBalancersOutput>({
  optional: ['LoadBalancerArns', 'Marker', 'Names', 'PageSize'],
  perform({ LoadBalancerArns: arns = [], Names: names = [], ...request }, call) {
    if (arns.length > 0 && names.length > 0)
      throw validationError(
        'Load balancer names and load balancer ARNs cannot be specified at the same time',
      );
    if (arns.length > maxNamed || names.length > maxNamed)
      throw validationError(`At most ${maxNamed} load balancers can be named in one request`);
    const named = names.map((name) => {
      const [balancer] = call.balancers.where('name', name);
      if (!balancer) throw balancerNotFound();
      return balancer;
    });
    const chosen = [...arns.map((arn) => getBalancer(arn, call)), ...named];
    const { records, nextMarker } = pageOf(
      arns.length > 0 || names.length > 0 ? chosen : call.balancers.list(),
      request,
    );
    return { LoadBalancers: records.map((balancer) => balancerView(balancer, call)), NextMarker: nextMarker };
  },
});
