import type { Sealer } from '../../platform/auth/sealer.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Egress } from '../../platform/egress/egress.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { openSecrets, signatureHeaders } from '../subscriptions/service.ts';
import type { Outcome, Target } from './backend.ts';

export interface WebhookOptions {
  egress: Egress;
  sealer: Pick<Sealer, 'open'>;
  clock: Clock;
}

/** Less than half of the worker's 35 s, as a message may wait for others of its batch. */
const timeoutMilliseconds = 15_000;
/** Nobody reads the answer. */
const maxResponseBytes = 65_536;

/** Standard Webhooks: an endpoint that answers so wants no more. */
const gone = 410;

const judged = (status: number): Outcome => {
  if (status >= 200 && status < 300) return { ok: true, status_code: status };
  return {
    ok: false,
    status_code: status,
    error: `the endpoint answered ${status}`,
    ...(status === gone && { final: 'subscription' as const }),
  };
};

/** POSTs a message as contract 2.12 has it, signed per Standard Webhooks. Redirects are not followed: they have failed. */
export const webhookTarget = ({ egress, sealer, clock }: WebhookOptions): Target => ({
  async hand({ subscription, delivery, body }, signal) {
    const at = clock.now();
    const secrets = await openSecrets(sealer, subscription, at, signal);
    const signed = signatureHeaders({ id: delivery, at, body }, secrets);
    try {
      const { status } = await egress.fetch({
        url: subscription.endpoint,
        method: 'POST',
        headers: [
          ['Content-Type', 'application/json'],
          ['User-Agent', 'thecloud-webhooks'],
          ...Object.entries(signed),
        ],
        body,
        timeoutMilliseconds,
        maxResponseBytes,
        signal,
      });
      return judged(status);
    } catch (error) {
      if (error instanceof EgressError && error.reason !== 'aborted')
        return { ok: false, error: error.message };
      throw error;
    }
  },
});
