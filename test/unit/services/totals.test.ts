import { readFileSync } from 'node:fs';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseStreamRecord } from '../../../lib/platform/lifecycle/stream-record.ts';
import { streamTotals, totals } from '../../../lib/services/totals.ts';

const sample = (): DynamoDBStreamEvent =>
  JSON.parse(readFileSync(new URL('../../../events/stream-totals.json', import.meta.url), 'utf8'));

describe('the totals of /metrics', () => {
  it('have names and labels as Prometheus wants them, each once', () => {
    const names = totals.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, labels, help } of totals) {
      expect([name, ...labels].filter((word) => !/^[a-z][a-z0-9_]*$/.test(word))).toEqual([]);
      expect(help).toMatch(/\.$/);
    }
  });

  it('are what the contract calls them', () => {
    expect(totals.map(({ name, labels }) => `${name}{${labels}}`)).toEqual([
      'instances_total{status,backend}',
      'instance_operations_total{operation,status}',
      'volumes_total{status}',
      'volume_size_bytes{}',
      'storage_operations_total{operation}',
      'snapshots_total{status}',
      'vpcs_total{status}',
      'subnets_total{status}',
      'security_groups_total{status}',
      'load_balancers_total{status}',
      'queues_total{status}',
      'api_keys_active{}',
      'autoscaling_scale_out_total{}',
      'autoscaling_scale_in_total{}',
      'autoscaling_current_instances{}',
      'auth_attempts_total{result}',
      'autoscaling_evaluations_total{}',
    ]);
  });

  it('move as the sample event says: a launch, and a key that was revoked', () => {
    const moved = sample().Records.map((record) =>
      streamTotals.flatMap(({ name, deltasOf }) =>
        deltasOf(parseStreamRecord(record)).map(({ series, by }) => `${name}{${series}} ${by}`),
      ),
    );
    expect(moved).toEqual([
      ['instances_total{STARTING,ec2} 1', 'instance_operations_total{launch,requested} 1'],
      ['api_keys_active{} -1'],
    ]);
  });

  it.each([
    ['SNAPSHOT', 'snapshots_total', 'CREATING', 'AVAILABLE'],
    ['VPC', 'vpcs_total', 'active', 'ERROR'],
    ['SUBNET', 'subnets_total', 'available', 'ERROR'],
    ['SECURITY_GROUP', 'security_groups_total', 'active', 'ERROR'],
    ['LOAD_BALANCER', 'load_balancers_total', 'CREATING', 'ACTIVE'],
  ])('count a %s as %s, from its creation to its delete', (kind, name, first, second) => {
    const key = { pk: `T#tenant#${kind}`, sk: 'one', at: '2026-11-25T12:00:00Z' };
    const moved = (before: object | undefined, after: object | undefined) =>
      streamTotals.flatMap((total) =>
        total
          .deltasOf({ ...key, before: before && { ...before }, after: after && { ...after } })
          .map(({ series, by }) => `${total.name}{${series}} ${by}`),
      );
    const [one, two] = [{ status: first }, { status: second }];
    expect(moved(undefined, one)).toEqual([`${name}{${first}} 1`]);
    expect(moved(one, two)).toEqual([`${name}{${first}} -1`, `${name}{${second}} 1`]);
    expect(moved(two, { ...two, deleted_at: 'now' })).toEqual([`${name}{${second}} -1`]);
    expect(moved({ ...two, deleted_at: 'now' }, undefined)).toEqual([]);
  });

  it('give every series as many values as the total has labels', () => {
    for (const record of sample().Records)
      for (const { labels, deltasOf } of streamTotals)
        for (const { series } of deltasOf(parseStreamRecord(record)))
          expect(series).toHaveLength(labels.length);
  });
});
