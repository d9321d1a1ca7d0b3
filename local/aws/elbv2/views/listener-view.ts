import type { Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenerRecord } from '../store/records.ts';

export const listenerView = ({ forward, ...listener }: ListenerRecord): Listener => ({
  ListenerArn: listener.id,
  LoadBalancerArn: listener.balancerArn,
  Port: listener.port,
  Protocol: listener.protocol,
  Certificates: listener.certificateArn ? [{ CertificateArn: listener.certificateArn }] : undefined,
  SslPolicy: listener.sslPolicy,
  DefaultActions: [
    {
      Type: 'forward',
      Order: 1,
      TargetGroupArn: forward.length === 1 ? forward[0]?.targetGroupArn : undefined,
      ForwardConfig: {
        TargetGroups: forward.map(({ targetGroupArn, weight }) => ({
          TargetGroupArn: targetGroupArn,
          Weight: weight,
        })),
        TargetGroupStickinessConfig: { Enabled: false },
      },
    },
  ],
});
