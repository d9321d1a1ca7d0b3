import type { Sealer } from '../../platform/auth/sealer.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Egress, EgressResponse } from '../../platform/egress/egress.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import { openSecrets, signatureHeaders } from '../subscriptions/service.ts';
import type { Outcome, Target } from './backend.ts';
import { retryAfter } from './retry-after.ts';

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

const judged = ({ status, headers }: EgressResponse, now: number): Outcome => {
  if (status >= 200 && status < 300) return { ok: true, status_code: status };
  return {
    ok: false,
    status_code: status,
    error: `the endpoint answered ${status}`,
    ...(status === gone && { final: 'subscription' as const }),
    retry_at: retryAfter(status, headers, now),
  };
};

/**
 * Attributes go into headers, so that bodies stay what was published. Standard Webhooks signs the body alone, so they have a
 * signature of their own, over `{"webhook-attributes":…}`: the same library checks it, and it fits no body but that.
 */
const attributeHeaders = (
  { id, at, attributes }: { id: string; at: number; attributes: string | undefined },
  secrets: readonly string[],
): [string, string][] => {
  if (attributes === undefined) return [];
  const body = `{"webhook-attributes":${attributes}}`;
  return [
    ['webhook-attributes', attributes],
    ['webhook-attributes-signature', signatureHeaders({ id, at, body }, secrets)['webhook-signature']],
  ];
};

/** POSTs a message as contract 2.12 has it, signed per Standard Webhooks. Redirects are not followed: they have failed. */
export const webhookTarget = ({ egress, sealer, clock }: WebhookOptions): Target => ({
  async hand({ subscription, delivery, body, attributes }, signal) {
    const at = clock.now();
    const secrets = await openSecrets(sealer, subscription, at, signal);
    const signed = signatureHeaders({ id: delivery, at, body }, secrets);
    const described = attributeHeaders({ id: delivery, at, attributes }, secrets);
    try {
      const answer = await egress.fetch({
        url: subscription.endpoint,
        method: 'POST',
        headers: [
          ['Content-Type', 'application/json'],
          ['User-Agent', 'thecloud-webhooks'],
          ...Object.entries(signed),
          ...described,
        ],
        body,
        timeoutMilliseconds,
        maxResponseBytes,
        signal,
      });
      return judged(answer, clock.now());
    } catch (error) {
      if (error instanceof EgressError && error.reason !== 'aborted')
        return { ok: false, error: error.message };
      throw error;
    }
  },
});
