import type { StandInContext } from '../../stand-in.ts';
import type { Scope } from '../store/collection.ts';
import type { InstanceRecord } from '../store/records.ts';
import type { Settings } from './settings.ts';

export type Event = Parameters<StandInContext['emit']>[0];

/**
 * Events of instances, volumes and snapshots, sent once the change is committed. Best effort, as on AWS: one that can't be delivered, or that
 * a kill comes before, is lost.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
 */
export class EventSource {
  readonly #emit: StandInContext['emit'];
  readonly #settings: Settings;
  readonly #onFailure: (error: unknown) => void;
  #pending: Event[] = [];

  constructor(
    { emit }: Pick<StandInContext, 'emit'>,
    settings: Settings,
    onFailure: (error: unknown) => void = (error) =>
      process.emitWarning(`An event of EC2 was not delivered: ${String(error)}`),
  ) {
    this.#emit = emit;
    this.#settings = settings;
    this.#onFailure = onFailure;
  }

  /** Notes the instance's present state for sending. */
  stateChanged(scope: Scope, { id, state }: InstanceRecord): void {
    const [account, region] = scope.split('/');
    this.#pending.push({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': id, state },
      resources: [`arn:aws:ec2:${region}:${account}:instance/${id}`],
    });
  }

  /** Notes any other event for sending. */
  note(event: Event): void {
    this.#pending.push(event);
  }

  /** Forgets what was noted: its transaction was rolled back. */
  discard(): void {
    this.#pending = [];
  }

  send(): void {
    const events = this.#pending;
    this.#pending = [];
    for (const event of events) {
      if (this.#settings.eventsToLose > 0) this.#settings.eventsToLose -= 1;
      else this.#emit(event).catch(this.#onFailure);
    }
  }
}
