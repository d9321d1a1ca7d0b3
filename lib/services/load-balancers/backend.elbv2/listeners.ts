import {
  type Action,
  CreateListenerCommand,
  DescribeListenersCommand,
  type Listener,
  ModifyListenerCommand,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenerSettings, ObservedBalancer, Owner, Share } from '../backend.ts';
import type { ElbCalls } from './calls.ts';
import { elbFailure, failedFor } from './failures.ts';

/** TLS 1.3 and 1.2: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const sslPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

const sharesOf = (action: Action | undefined): Share[] => {
  const groups = action?.ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0 && action?.TargetGroupArn) return [{ groupId: action.TargetGroupArn, share: 1 }];
  return groups.map(({ TargetGroupArn = '', Weight = 1 }) => ({ groupId: TargetGroupArn, share: Weight }));
};

const seenOf = (listener: Listener): NonNullable<ObservedBalancer['listener']> => ({
  id: listener.ListenerArn as string,
  port: listener.Port ?? 0,
  certificate: listener.Protocol === 'HTTPS' ? listener.Certificates?.[0]?.CertificateArn : undefined,
  shares: sharesOf(listener.DefaultActions?.[0]),
});

const inputOf = ({ port, certificate, shares }: ListenerSettings) => ({
  Port: port,
  ...(certificate === undefined
    ? { Protocol: 'HTTP' as const }
    : { Protocol: 'HTTPS' as const, Certificates: [{ CertificateArn: certificate }], SslPolicy: sslPolicy }),
  DefaultActions: [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: shares.map(({ groupId, share }) => ({ TargetGroupArn: groupId, Weight: share })),
      },
    },
  ],
});

/** A balancer has one listener. */
export const createListeners = (calls: ElbCalls, tagsOf: (owner: Owner) => Tag[]) => ({
  async observe(balancerArn: string, signal: AbortSignal): Promise<ObservedBalancer['listener']> {
    try {
      const { Listeners = [] } = await calls.attempt(
        'ElbDescribe',
        (client) =>
          client.send(new DescribeListenersCommand({ LoadBalancerArn: balancerArn }), {
            abortSignal: signal,
          }),
        signal,
      );
      return Listeners[0] && seenOf(Listeners[0]);
    } catch (error) {
      if (failedFor(error, 'LoadBalancerNotFoundException', 'ListenerNotFoundException')) return undefined;
      throw elbFailure(error);
    }
  },

  async create(
    owner: Owner,
    balancerArn: string,
    settings: ListenerSettings,
    signal: AbortSignal,
  ): Promise<void> {
    const command = new CreateListenerCommand({
      LoadBalancerArn: balancerArn,
      ...inputOf(settings),
      Tags: tagsOf(owner),
    });
    await calls.send('ElbMutate', (client) => client.send(command, { abortSignal: signal }), signal);
  },

  async update(listenerArn: string, settings: ListenerSettings, signal: AbortSignal): Promise<void> {
    const command = new ModifyListenerCommand({ ListenerArn: listenerArn, ...inputOf(settings) });
    await calls.send('ElbMutate', (client) => client.send(command, { abortSignal: signal }), signal);
  },
});
