import { randomUUID } from 'node:crypto';
import type {
  PutEventsCommandInput,
  PutEventsCommandOutput,
  PutEventsRequestEntry,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { Clock } from '../../../lib/platform/clock.ts';
import type { Action, Caller } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';
import { type Event, eventTime } from './event.ts';

type Output = Omit<PutEventsCommandOutput, '$metadata'>;

/** Hands an event to the rules of a bus, and returns once it can't be lost any more. A bus that does not exist drops it:
 *  AWS answers success for one, too. */
export type Deliver = (busName: string, event: Event) => void | Promise<void>;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const maxEntries = 10;
const maxBytes = 256 * 1024;
const timeBytes = 14;

const refusal = (ErrorCode: string, ErrorMessage: string): PutEventsResultEntry => ({
  ErrorCode,
  ErrorMessage,
});

const missing = (name: string): PutEventsResultEntry =>
  refusal('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);

const sizeOf = ({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number =>
  [Source, DetailType, Detail, ...Resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Time ? timeBytes : 0,
  );

const parseDetail = (text: string): Record<string, unknown> | undefined => {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail)
      ? (detail as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const busNameOf = (nameOrArn: string | undefined): string =>
  nameOrArn?.slice(nameOrArn.lastIndexOf('/') + 1) ?? 'default';

const toEvent = (
  entry: PutEventsRequestEntry,
  caller: Caller,
  now: number,
): { event: Event } | { refused: PutEventsResultEntry } => {
  if (!entry.Source) return { refused: missing('Source') };
  if (!entry.DetailType) return { refused: missing('DetailType') };
  if (!entry.Detail) return { refused: missing('Detail') };
  if (entry.Source.startsWith('aws.'))
    return { refused: refusal('NotAuthorizedForSourceException', 'Not authorized for the source.') };
  const detail = parseDetail(entry.Detail);
  if (!detail) return { refused: refusal('MalformedDetail', 'Detail is malformed.') };
  return {
    event: {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account: caller.account,
      time: eventTime(entry.Time?.getTime() ?? now),
      region: caller.region,
      resources: entry.Resources ?? [],
      detail,
    },
  };
};

const check = ({ Entries }: PutEventsCommandInput): PutEventsRequestEntry[] => {
  if (!Entries) throw validationError(mustNotBeNull('entries'));
  if (Entries.length < 1)
    throw validationError(mustSatisfy('entries', '[]', 'have length greater than or equal to 1'));
  if (Entries.length > maxEntries)
    throw validationError(
      mustSatisfy(
        'entries',
        `[${Entries.length} entries]`,
        `have length less than or equal to ${maxEntries}`,
      ),
    );
  const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > maxBytes)
    throw validationError(`Total size of the entries in the request is over the limit of ${maxBytes} bytes`);
  return Entries;
};

export const putEvents =
  (clock: Clock, deliver: Deliver): Action<PutEventsCommandInput, Output> =>
  async (input, caller) => {
    const results: PutEventsResultEntry[] = [];
    for (const entry of check(input)) {
      const made = toEvent(entry, caller, clock.now());
      if ('event' in made) {
        await deliver(busNameOf(entry.EventBusName), made.event);
        results.push({ EventId: made.event.id });
      } else results.push(made.refused);
    }
    return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode).length, Entries: results };
  };
