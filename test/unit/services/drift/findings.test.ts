import { expect, it } from 'vitest';
import { systemClock } from '../../../../lib/platform/clock.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { Drift } from '../../../../lib/services/drift/service.ts';
import { everything, newCaller } from '../instances/harness.ts';

const arnOf = (index: number) =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/tc-0123456789abcdef0123456789abc/${String(index).padStart(16, '0')}`;
const found = Array.from({ length: 5 }, (_, index) => ({
  verdict: 'unknown' as const,
  kind: 'LOAD_BALANCER' as const,
  cloud_id: arnOf(index),
  resource_id: newId(),
}));

const drift = new Drift({
  store: { get: async () => ({ pages: {} }) } as never,
  tables: {} as never,
  findings: { read: async () => found },
  clock: systemClock,
  newId,
});

it('findings are given page by page by cursor, also where their ids are long ARNs', async () => {
  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const request = { ...everything, paged: true, pageSize: 2, ...(cursor && { cursor }) };
    const { items, nextCursor } = await drift.findings(newCaller(), newId(), request, {});
    listed.push(...items.map(({ cloud_id }) => cloud_id));
    cursor = nextCursor;
  } while (cursor);
  expect(listed.sort()).toEqual(found.map(({ cloud_id }) => cloud_id));
});

it.each([
  ['the whole ARN', arnOf(3)],
  ['the id of the record', found[3]?.resource_id],
])('a finding is found by %s', async (_, q) => {
  const { items } = await drift.findings(newCaller(), newId(), { ...everything, q }, {});
  expect(items).toEqual([found[3]]);
});
