import { readFileSync } from 'node:fs';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { ReconcileMessageSchema } from '../../../../lib/platform/lifecycle/message.ts';
import { ObservedEvent } from '../../../../lib/services/instances/observed-event.ts';

const bodiesOf = (name: string): unknown[] => {
  const text = readFileSync(new URL(`../../../../events/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as SQSEvent).Records.map(({ body }) => JSON.parse(body));
};

describe('the sample events', () => {
  it('of the observer are a state change, a suspended tenant, an audit and the last look at a suspension', () => {
    const kinds = bodiesOf('worker-observe').map((body) => ObservedEvent.parse(body).kind);
    expect(kinds).toEqual(['machine', 'tenant', 'audit', 'tenant']);
  });

  it('of the reconciler are reconcile messages', () => {
    for (const body of bodiesOf('worker-reconcile')) expect(ReconcileMessageSchema.parse(body)).toEqual(body);
  });

  it.each([
    {},
    { source: 'aws.ec2' },
    { source: 'thecloud', 'detail-type': 'Lifecycle', detail: { kind: 'INSTANCE' } },
  ])('of other kinds are refused: %j', (body) => expect(ObservedEvent.safeParse(body).success).toBe(false));
});
