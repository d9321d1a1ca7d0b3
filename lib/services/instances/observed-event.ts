import * as z from 'zod/mini';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
const StateChangeEvent = z.object({
  id: z.string(),
  source: z.literal('aws.ec2'),
  'detail-type': z.literal('EC2 Instance State-change Notification'),
  detail: z.object({ 'instance-id': z.string(), state: z.string() }),
});

/** What the platform's own bus says of a tenant. */
const TenantEvent = z.object({
  source: z.literal('thecloud'),
  'detail-type': z.literal('Lifecycle'),
  detail: z.object({
    kind: z.literal('TENANT'),
    /** Of the event, unique. */
    id: z.string(),
    action: z.string(),
    resource_id: z.string(),
    user: z.optional(z.string()),
    request_id: z.optional(z.string()),
  }),
});

/** The observer's own reminder to look at a suspended tenant once more. */
const SweepEvent = z.object({
  id: z.string(),
  source: z.literal('thecloud'),
  'detail-type': z.literal('SuspensionSweep'),
  detail: z.object({
    /** Of the suspension. */
    event_id: z.string(),
    tenant: z.string(),
    user: z.optional(z.string()),
    request_id: z.optional(z.string()),
  }),
});

/** A schedule asks for a comparison of all machines with all records. */
const AuditEvent = z.object({
  id: z.string(),
  source: z.literal('thecloud'),
  'detail-type': z.literal('InstanceAudit'),
});

export interface AuditRequest {
  kind: 'audit';
  eventId: string;
}

/** A machine changed its state. */
export interface StateChange {
  kind: 'machine';
  eventId: string;
  machineId: string;
  state: string;
}

/** An administrator did something to a tenant. */
export interface TenantChange {
  kind: 'tenant';
  eventId: string;
  tenant: string;
  /** `suspend`: its instances must be stopped. */
  action: string;
  user?: string;
  requestId?: string;
  /** The look after every cached credential has ended; nothing comes after it. */
  last?: true;
}

/** A suspension as the message that asks for the last look at it. */
export const lastSweepOf = ({
  eventId,
  tenant,
  user,
  requestId,
}: TenantChange): z.input<typeof SweepEvent> => ({
  id: `${eventId}:sweep`,
  source: 'thecloud',
  'detail-type': 'SuspensionSweep',
  detail: { event_id: eventId, tenant, user, request_id: requestId },
});

/** An event that the observer is sent, from the account's own bus, the platform's, a schedule or itself. */
export const ObservedEvent = z.union([
  z.pipe(
    StateChangeEvent,
    z.transform(
      ({ id, detail }): StateChange => ({
        kind: 'machine',
        eventId: id,
        machineId: detail['instance-id'],
        state: detail.state,
      }),
    ),
  ),
  z.pipe(
    TenantEvent,
    z.transform(
      ({ detail }): TenantChange => ({
        kind: 'tenant',
        eventId: detail.id,
        tenant: detail.resource_id,
        action: detail.action,
        user: detail.user,
        requestId: detail.request_id,
      }),
    ),
  ),
  z.pipe(
    SweepEvent,
    z.transform(
      ({ detail }): TenantChange => ({
        kind: 'tenant',
        eventId: detail.event_id,
        tenant: detail.tenant,
        action: 'suspend',
        user: detail.user,
        requestId: detail.request_id,
        last: true,
      }),
    ),
  ),
  z.pipe(
    AuditEvent,
    z.transform(({ id }): AuditRequest => ({ kind: 'audit', eventId: id })),
  ),
]);
export type ObservedEvent = z.infer<typeof ObservedEvent>;
