import { composeBalancing } from '../../lib/app/balancing.ts';
import { composeCompute } from '../../lib/app/compute.ts';
import { composeNetwork } from '../../lib/app/network.ts';
import { composeSecurityGroups } from '../../lib/app/security-groups.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { newId } from '../../lib/platform/ids.ts';
import { instanceKind } from '../../lib/services/instances/record.ts';
import { LaunchInstance } from '../../lib/services/instances/schema.ts';
import { loadBalancerKind } from '../../lib/services/load-balancers/record.ts';
import { AddTarget, CreateLoadBalancer } from '../../lib/services/load-balancers/schema.ts';
import { securityGroupKind } from '../../lib/services/security-groups/record.ts';
import type { NewRule } from '../../lib/services/security-groups/rule-input.ts';
import { CreateSecurityGroup } from '../../lib/services/security-groups/schema.ts';
import { CreateSubnet } from '../../lib/services/subnets/schema.ts';
import { vpcKind } from '../../lib/services/vpcs/record.ts';
import { CreateVpc } from '../../lib/services/vpcs/schema.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { createCounter, firstPage, newCaller, restOf, type UnitFigures } from './figures.ts';

/** Networks and load balancers, of a tenant with 20 subnets and 20 groups in one VPC. */
export const measureNetworkUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const parts = { tables: test.tables, clock: systemClock, newId };
  const { vpcs, subnets } = composeNetwork(parts).services;
  const { securityGroups } = composeSecurityGroups(parts).services;
  const { loadBalancers } = composeBalancing(parts).services;
  const { instances } = composeCompute(parts).services;
  const { figures, count } = createCounter(test);
  const rest = {
    vpc: restOf(test, vpcKind),
    group: restOf(test, securityGroupKind),
    balancer: restOf(test, loadBalancerKind),
    instance: restOf(test, instanceKind),
  };
  const caller = newCaller();
  const makeVpc = (name: string) => vpcs.create(caller, CreateVpc.parse({ name }));
  const makeSubnet = (vpc: string, index: number) =>
    subnets.create(
      caller,
      vpc,
      CreateSubnet.parse({ name: `subnet-${index}`, cidr_block: `10.0.${index}.0/24` }),
    );
  const makeGroup = (vpc_id: string, index: number) =>
    securityGroups.create(caller, CreateSecurityGroup.parse({ vpc_id, name: `group-${index}` }));
  const launch = (name: string, network: object) =>
    instances.launch(caller, LaunchInstance.parse({ name, image: 'http-echo', ...network }));
  const makeBalancer = (name: string, vpc_id: string) =>
    loadBalancers.create(caller, CreateLoadBalancer.parse({ name, vpc_id, port: 8_080 }));

  // A tenant's first of a kind makes its counter: so the second is counted.
  const { id: other } = await makeVpc('other');
  const { id: vpc } = await count('POST /vpcs', () => makeVpc('main'));
  await rest.vpc(caller, vpc);
  for (let index = 0; index < 19; index++) {
    await makeSubnet(vpc, index);
    await makeGroup(vpc, index);
  }
  const { id: subnet } = await count('POST /vpcs/:id/subnets', () => makeSubnet(vpc, 19));
  const { id: group } = await count('POST /security-groups', () => makeGroup(vpc, 19));
  await rest.group(caller, group);
  const rule: NewRule = {
    direction: 'ingress',
    protocol: 'tcp',
    port_min: 80,
    port_max: 80,
    cidr: '0.0.0.0/0',
    priority: 100,
  };
  const { id: ruleId } = await count('POST /security-groups/:id/rules', () =>
    securityGroups.addRule(caller, group, rule),
  );
  await count('GET /vpcs/:id', () => vpcs.get(caller, vpc));
  await count('GET /vpcs?page=1 (2)', () => vpcs.list(caller, firstPage));
  await count('GET /subnets/:id', () => subnets.get(caller, subnet));
  await count('GET /vpcs/:id/subnets (20)', () => subnets.list(caller, vpc, firstPage));
  await count('GET /security-groups/:id', () => securityGroups.get(caller, group));
  await count('GET /security-groups?vpc_id=… (20)', () => securityGroups.list(caller, vpc, firstPage));

  await launch('first', { subnet_id: subnet });
  await count('POST /instances into a subnet', () => launch('plain', { subnet_id: subnet }));
  const { id: instance } = await count('POST /instances into a subnet, with a group', () =>
    launch('grouped', { subnet_id: subnet, security_group_ids: [group] }),
  );
  await rest.instance(caller, instance, { status: 'RUNNING' });
  const membership = { instance_id: instance, group_id: group };
  await count('POST /security-groups/detach', () => securityGroups.detach(caller, membership));
  await rest.instance(caller, instance);
  await count('POST /security-groups/attach', () => securityGroups.attach(caller, membership));
  await rest.instance(caller, instance);

  await count('POST /lb, the first in its VPC', () => makeBalancer('first', vpc));
  await rest.vpc(caller, vpc);
  const { id: balancer } = await count('POST /lb, a further one', () => makeBalancer('web', vpc));
  await rest.balancer(caller, balancer, { status: 'ACTIVE' });
  const target = AddTarget.parse({ instance_id: instance, port: 8_080, weight: 1 });
  await count('POST /lb/:id/targets', () => loadBalancers.addTarget(caller, balancer, target));
  await rest.balancer(caller, balancer);
  await count('PATCH /lb/:id/targets/:instanceId', () =>
    loadBalancers.updateTarget(caller, balancer, instance, { weight: 2 }),
  );
  await rest.balancer(caller, balancer);
  await count('GET /lb/:id', () => loadBalancers.get(caller, balancer));
  await count('GET /lb/:id/targets', () => loadBalancers.targets(caller, balancer));
  await count('GET /lb?page=1 (2)', () => loadBalancers.list(caller, firstPage, {}));
  await count('DELETE /lb/:id/targets/:instanceId', () =>
    loadBalancers.removeTarget(caller, balancer, instance),
  );
  await rest.balancer(caller, balancer);
  await count('DELETE /lb/:id', () => loadBalancers.delete(caller, balancer));

  await count('DELETE /instances/:id, in a subnet and a group', () => instances.delete(caller, instance));
  await rest.group(caller, group);
  await count('DELETE /security-groups/:id/rules/:ruleId', () =>
    securityGroups.removeRule(caller, group, ruleId),
  );
  await rest.group(caller, group);
  await count('DELETE /security-groups/:id', () => securityGroups.delete(caller, group));
  const { id: unused } = await makeSubnet(vpc, 20);
  await count('DELETE /subnets/:id', () => subnets.delete(caller, unused));
  await rest.vpc(caller, other);
  for (const index of [0, 1]) await makeSubnet(other, index);
  await count('PATCH /vpcs/:id (its name)', () => vpcs.update(caller, other, { name: 'renamed' }));
  await rest.vpc(caller, other);
  await count('DELETE /vpcs/:id, with 2 subnets in it', () => vpcs.delete(caller, other));
  return figures;
};
