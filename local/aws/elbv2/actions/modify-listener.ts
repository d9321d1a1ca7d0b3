import type { ModifyListenerInput, ModifyListenerOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { resolveForward } from '../rules/forward.ts';
import { checkBalancerLimits, checkPortIsFree, resolveListenerSettings } from '../rules/listener-settings.ts';
import { getBalancer, getListener } from '../rules/lookup.ts';
import { listenerView } from '../views/listener-view.ts';

/**
 * What is left out stays; from HTTPS to HTTP, certificate and policy go.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
 */
export const modifyListener = defineAction<ModifyListenerInput, ModifyListenerOutput>({
  required: ['ListenerArn'],
  optional: ['Certificates', 'DefaultActions', 'Port', 'Protocol', 'SslPolicy'],
  perform(input, call) {
    const listener = getListener(input.ListenerArn, call);
    const balancer = getBalancer(listener.balancerArn, call);
    const protocol = input.Protocol ?? listener.protocol;
    const staysSecure = protocol === 'HTTPS' && listener.certificateArn !== undefined;
    const settings = resolveListenerSettings(
      {
        Port: input.Port ?? listener.port,
        Protocol: protocol,
        Certificates:
          input.Certificates ?? (staysSecure ? [{ CertificateArn: listener.certificateArn }] : undefined),
        SslPolicy: input.SslPolicy ?? (staysSecure ? listener.sslPolicy : undefined),
      },
      call,
    );
    checkPortIsFree(balancer.id, settings.port, listener.id, call);
    const { id, balancerArn, tags, createdAt } = listener;
    const changed = call.listeners.put({
      ...settings,
      id,
      balancerArn,
      tags,
      createdAt,
      forward: input.DefaultActions ? resolveForward(input.DefaultActions, balancer, call) : listener.forward,
      localPort: settings.port === listener.port ? listener.localPort : undefined,
    });
    checkBalancerLimits(balancer.id, call);
    return { Listeners: [listenerView(changed)] };
  },
});
