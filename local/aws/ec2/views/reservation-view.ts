import type { Reservation } from '@aws-sdk/client-ec2';
import type { Call } from '../engine/call.ts';
import type { InstanceRecord } from '../store/records.ts';
import { instanceView } from './instance-view.ts';

/** Instances grouped by the launch that made them, in order of the first of each. */
export const reservationViews = (instances: InstanceRecord[], call: Call): Reservation[] =>
  [...Map.groupBy(instances, ({ reservationId }) => reservationId)].map(([id, members]) => ({
    ReservationId: id,
    OwnerId: call.caller.account,
    Groups: [],
    Instances: members.map((instance) => instanceView(instance, call)),
  }));
