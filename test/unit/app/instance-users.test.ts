import { describe, expect, it } from 'vitest';
import { instanceUsers } from '../../../lib/app/instance-users.ts';
import type { InstanceRecord } from '../../../lib/services/instances/service.ts';
import type { LoadBalancerRecord } from '../../../lib/services/load-balancers/service.ts';

const signal = new AbortController().signal;

const users = (instance: Partial<InstanceRecord> | undefined, targets: readonly string[]) =>
  instanceUsers({
    instances: { find: async () => instance as InstanceRecord | undefined },
    balancers: {
      list: async () => ({
        items: targets.map(
          (target) => ({ id: `lb-${target}`, targets: { [target]: {} } }) as unknown as LoadBalancerRecord,
        ),
      }),
    },
  })('t', 'i', signal);

describe('what uses an instance', () => {
  it.each([
    ['nothing', {}, [], []],
    ['nothing, where its record is gone', undefined, [], []],
    ['nothing, where balancers have other targets', {}, ['j'], []],
    [
      'its volumes, then the balancers that it is a target of',
      { volumes: [{ volume_id: 'v', device: '/dev/sdf' }] },
      ['j', 'i'],
      [
        { kind: 'VOLUME', id: 'v' },
        { kind: 'LOAD_BALANCER', id: 'lb-i' },
      ],
    ],
  ] as const)('is %s', async (_, instance, targets, expected) =>
    expect(await users(instance as Partial<InstanceRecord> | undefined, targets)).toEqual(expected),
  );
});
