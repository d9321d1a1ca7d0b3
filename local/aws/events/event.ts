/** An event as EventBridge delivers it.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface Event {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

/** An event's time as AWS writes it. */
export const eventTime = (epochMilliseconds: number): string =>
  `${new Date(epochMilliseconds).toISOString().slice(0, 19)}Z`;
