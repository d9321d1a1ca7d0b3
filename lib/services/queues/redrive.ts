import { BackendError, type Step } from '../../platform/lifecycle/types.ts';
import type { Messaging } from './backend.ts';
import type { QueueRecord } from './record.ts';
import { refOf } from './settings.ts';

const batchSize = 10;
/** Batches of one look; then others have their turn. */
const batches = 10;
/** How long a dead letter is hidden while it is moved: longer than a worker lives. */
const hiddenSeconds = 60;

const ended: { remove: readonly (keyof QueueRecord & string)[] } = { remove: ['redrive_left', 'redrive_by'] };

/** How long after the request letters are waited for that somebody has received. */
export const redriveMilliseconds = 600_000;

/**
 * Moves dead letters back, a hundred at most, each sent before it is deleted: one that is moved when the worker dies comes
 * twice, none is lost. `left` bounds it, so that letters which die again at once do not go round for ever.
 */
export const moveBack = (
  messaging: Messaging,
  to: QueueRecord,
  from: QueueRecord,
  left: number,
  now: number,
): Step<QueueRecord> => ({
  do: 'call',
  name: 'RedriveMessages',
  call: async (signal) => {
    let rest = left;
    for (let batch = 0; batch < batches && rest > 0; batch++) {
      const received = await messaging.receive(
        refOf(from),
        {
          maximum: Math.min(batchSize, rest),
          waitSeconds: 0,
          visibilityTimeoutSeconds: hiddenSeconds,
        },
        signal,
      );
      if (received.length === 0) {
        // A worker that died has left letters hidden for a while.
        const { inFlight } = await messaging.counts(refOf(from), signal);
        return inFlight > 0 && now < Date.parse(to.redrive_by ?? '')
          ? { set: { redrive_left: rest }, lookAgainMilliseconds: hiddenSeconds * 1_000 }
          : ended;
      }
      const sent = await messaging.send(
        refOf(to),
        // A new deduplication id, or SQS takes a letter that died within five minutes for one that it has.
        received.map(({ body, groupId, id, attributes }) => ({
          body,
          groupId,
          deduplicationId: groupId && id,
          attributes,
        })),
        signal,
      );
      const moved = received.filter((_, index) => 'id' in (sent[index] ?? {}));
      if (moved.length > 0)
        await messaging.remove(
          refOf(from),
          moved.map(({ handle }) => handle),
          signal,
        );
      // One that the queue refuses (it is too long for it, say) stays where it is.
      const unsent = sent.find((one) => 'reason' in one && !one.isOurs);
      if (unsent) throw new BackendError('throttled', 'SQS did not take a dead letter back');
      rest -= received.length;
    }
    if (rest <= 0) return ended;
    return { set: { redrive_left: rest }, lookAgainMilliseconds: 0 };
  },
});
