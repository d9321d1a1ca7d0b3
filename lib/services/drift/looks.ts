import { type OutgoingMessage, type QueuesByKind, queueOf } from '../../platform/lifecycle/ports.ts';
import type { Finding } from './schema.ts';

/** The look that a finding asks for; nobody can look at what no record claims. */
const lookOf = (report: string, finding: Finding): OutgoingMessage[] => {
  const { verdict, tenant, resource_kind, resource_id, cloud_id } = finding;
  if (verdict === 'unknown' || !tenant || !resource_kind || !resource_id) return [];
  const message = {
    kind: resource_kind,
    tenant,
    id: resource_id,
    generation: 0,
    // A cloud's id may be a long ARN: its end tells it from others.
    event_id: `drift:${report}:${cloud_id.slice(-120)}`,
    observed: true,
  };
  return [{ message, delaySeconds: 0 }];
};

/**
 * Has everything looked at that differs or is missing, so that its reconciler brings it back or says what became of it.
 * What no record claims is left alone: the platform deletes nothing that it does not know.
 * @throws Error where a message could not be sent
 */
export const createLooks =
  (queues: QueuesByKind) =>
  async (report: string, findings: readonly Finding[], signal: AbortSignal): Promise<void> => {
    const looks = findings.flatMap((finding) => lookOf(report, finding));
    for (const [kind, ofKind] of Map.groupBy(looks, ({ message }) => message.kind)) {
      const unsent = await queueOf(queues, kind).send(ofKind, signal);
      for (const error of unsent.values()) throw error;
    }
  };

export type Looks = ReturnType<typeof createLooks>;
