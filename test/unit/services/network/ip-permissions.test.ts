import { describe, expect, it } from 'vitest';
import {
  fromIpPermissions,
  toIpPermission,
} from '../../../../lib/services/security-groups/backend.ec2/ip-permissions.ts';

describe('a permission that EC2 shows', () => {
  it.each([
    ['2001:0DB8:0000:0000:0000:0000:0000:0000/32', '2001:db8::/32'],
    ['2001:db8:0:1:0:0:0:0/64', '2001:db8:0:1::/64'],
    ['::ffff:10.0.0.0/104', '::ffff:a00:0/104'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
  ])('of the block %s is the rule’s of %s', (CidrIpv6, cidr) => {
    const rule = { protocol: 'tcp', from_port: 1, to_port: 2, peer: { cidr } };
    const shown = { ...toIpPermission(rule), Ipv6Ranges: [{ CidrIpv6 }] };
    expect(fromIpPermissions([shown])).toEqual([rule]);
  });
});
