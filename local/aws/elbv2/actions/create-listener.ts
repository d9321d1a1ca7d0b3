import { isDeepStrictEqual } from 'node:util';
import type { CreateListenerInput, CreateListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { newListenerArn } from '../rules/arns.ts';
import { limitReached } from '../rules/errors.ts';
import { resolveForward } from '../rules/forward.ts';
import { checkBalancerLimits, checkPortIsFree, resolveListenerSettings } from '../rules/listener-settings.ts';
import { getBalancer } from '../rules/lookup.ts';
import { parseTags } from '../rules/tags.ts';
import { listenerView } from '../views/listener-view.ts';

/**
 * Idempotent by port: there is no client token, and the same settings give the listener that is there.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
 */
export const createListener = defineAction<CreateListenerInput, CreateListenerOutput>({
  required: ['LoadBalancerArn', 'Protocol', 'Port', 'DefaultActions'],
  optional: ['Certificates', 'SslPolicy', 'Tags'],
  perform(input, call) {
    const balancer = getBalancer(input.LoadBalancerArn, call);
    const settings = resolveListenerSettings(input, call);
    const tags = parseTags(input.Tags);
    const forward = resolveForward(input.DefaultActions ?? [], balancer, call);
    const others = call.listeners.where('balancer_arn', balancer.id);
    const same = others.find(
      ({ port, protocol, certificateArn, sslPolicy, ...other }) =>
        isDeepStrictEqual(
          { port, protocol, certificateArn, sslPolicy },
          { certificateArn: undefined, sslPolicy: undefined, ...settings },
        ) && isDeepStrictEqual(other.forward, forward),
    );
    if (same) return { Listeners: [listenerView(same)] };
    checkPortIsFree(balancer.id, settings.port, undefined, call);
    if (others.length >= call.limits.listenersPerBalancer)
      throw limitReached('TooManyListenersException', 'listeners per load balancer');
    const listener = call.listeners.put({
      ...settings,
      id: newListenerArn(balancer.id),
      balancerArn: balancer.id,
      forward,
      tags,
      createdAt: call.now,
    });
    checkBalancerLimits(balancer.id, call);
    return { Listeners: [listenerView(listener)] };
  },
});
