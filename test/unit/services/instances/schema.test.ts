import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  InstanceFilters,
  LaunchInstance,
  UpdateInstance,
} from '../../../../lib/services/instances/schema.ts';

const id = '0190b3a5-4c2e-7000-8000-000000000001';

const paths = (schema: z.ZodMiniType, input: unknown): string[] =>
  z
    .safeParse(schema, input)
    .error?.issues.map((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.join() : issue.path.join('.'),
    ) ?? [];

const plain = { name: 'web-1', image: 'nginx' };

describe('a launch', () => {
  it('takes the six keys that the contract’s SDK always sends, empty meaning unset', () => {
    const input = { ...plain, ports: '', vpc_id: '', subnet_id: '', volumes: null };
    expect(z.parse(LaunchInstance, input)).toMatchObject({
      name: 'web-1',
      ports: undefined,
      vpc_id: undefined,
      subnet_id: undefined,
      volumes: null,
      instance_type: 't3.micro',
      termination_protection: false,
    });
  });

  it('trims the name and brings ids to their canonical form', () => {
    const parsed = z.parse(LaunchInstance, { ...plain, name: '  web  ', vpc_id: `{${id.toUpperCase()}}` });
    expect(parsed).toMatchObject({ name: 'web', vpc_id: id });
  });

  it('ignores unknown fields', () => {
    expect(z.parse(LaunchInstance, { ...plain, surprise: 1 })).not.toHaveProperty('surprise');
  });

  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));

  it.each([
    ['name', { image: 'nginx' }],
    ['name', { ...plain, name: '' }],
    ['name', { ...plain, name: '   ' }],
    ['name', { ...plain, name: 'a'.repeat(65) }],
    ['name', { ...plain, name: 'a b' }],
    ['name', { ...plain, name: 'ä' }],
    ['name', { ...plain, name: 7 }],
    ['image', { name: 'a' }],
    ['image', { ...plain, image: '' }],
    ['image', { ...plain, image: 'a'.repeat(257) }],
    ['ports', { ...plain, ports: 80 }],
    ['vpc_id', { ...plain, vpc_id: 'nope' }],
    ['subnet_id', { ...plain, subnet_id: 'nope' }],
    ['volumes', { ...plain, volumes: 'vol' }],
    ['volumes.0.mount_path', { ...plain, volumes: [{ volume_id: 'v', mount_path: 'data' }] }],
    ['volumes.0.volume_id', { ...plain, volumes: [{ mount_path: '/data' }] }],
    ['instance_type', { ...plain, instance_type: 'x9.mega' }],
    ['instance_type', { ...plain, instance_type: 'toString' }],
    ['tags', { ...plain, tags: ['a'] }],
    ['tags.a', { ...plain, tags: { a: 1 } }],
    ['tags.a', { ...plain, tags: { a: 'v'.repeat(257) } }],
    ['tags.aws:x', { ...plain, tags: { 'aws:x': 'v' } }],
    ['tags.AWS:x', { ...plain, tags: { 'AWS:x': 'v' } }],
    ['tags.thecloud:tenant', { ...plain, tags: { 'thecloud:tenant': 'v' } }],
    ['tags', { ...plain, tags: tags(41) }],
    ['user_data', { ...plain, user_data: 'ä'.repeat(8_193) }],
    ['termination_protection', { ...plain, termination_protection: 'yes' }],
  ])('with a bad %s is refused, naming it', (path, input) => {
    expect(paths(LaunchInstance, input)).toContain(path);
  });

  it('reports everything that is wrong at once', () => {
    expect(paths(LaunchInstance, { name: '', image: 5, tags: 1 })).toEqual(
      expect.arrayContaining(['name', 'image', 'tags']),
    );
  });

  it.each([
    ['16 KB of user data', { ...plain, user_data: 'ä'.repeat(8_192) }],
    ['forty tags', { ...plain, tags: tags(40) }],
    ['an empty tag value', { ...plain, tags: { a: '' } }],
  ])('may carry %s', (_, input) => expect(paths(LaunchInstance, input)).toEqual([]));
});

describe('an update', () => {
  it.each([
    ['image', { name: 'a', image: 'nginx' }],
    ['status', { status: 'RUNNING' }],
    ['termination_protection', { termination_protection: false }],
    ['name', { name: 'a b' }],
    ['', {}],
  ])('of %j is refused, naming it', (path, input) => expect(paths(UpdateInstance, input)).toContain(path));

  it('of name and tags passes', () => {
    expect(z.parse(UpdateInstance, { name: ' b ', tags: {} })).toEqual({ name: 'b', tags: {} });
  });
});

describe('list filters', () => {
  it.each([
    ['running', 'RUNNING'],
    ['RuNnInG', 'RUNNING'],
    ['DELETED', 'DELETED'],
  ])('state %s means %s', (state, status) => expect(z.parse(InstanceFilters, { state }).state).toBe(status));

  it.each([
    ['state', { state: 'FLYING' }],
    ['state', { state: '' }],
    ['tag', { tag: 'novalue' }],
    ['tag', { tag: ':v' }],
    ['nodeId', { nodeId: '' }],
  ])('a bad %s is refused, naming it', (path, input) =>
    expect(paths(InstanceFilters, input)).toContain(path),
  );
});

describe('every schema of a request', () => {
  it.each([
    ['launch', LaunchInstance],
    ['update', UpdateInstance],
    ['filters', InstanceFilters],
  ])('%s can be shown as JSON Schema', (_, schema) => {
    expect(z.toJSONSchema(schema, { io: 'input' })).toHaveProperty('properties');
  });
});
