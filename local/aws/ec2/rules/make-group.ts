import type { Call } from '../engine/call.ts';
import type { GroupRecord, RuleRecord, Tags } from '../store/records.ts';
import { newId } from './ids.ts';

/** Makes a security group without rules. */
export const makeGroup = (
  vpcId: string,
  name: string,
  description: string,
  tags: Tags,
  call: Pick<Call, 'groups' | 'now' | 'visibleAt'>,
): GroupRecord =>
  call.groups.put({
    id: newId('sg'),
    vpcId,
    name,
    description,
    tags,
    createdAt: call.now,
    visibleAt: call.visibleAt,
  });

/** Adds a rule for all protocols and ports. */
export const allowAll = (
  groupId: string,
  peer: Pick<RuleRecord, 'isEgress' | 'cidrIpv4' | 'referencedGroupId'>,
  call: Call,
): RuleRecord =>
  call.rules.put({
    ...peer,
    id: newId('sgr'),
    groupId,
    protocol: '-1',
    fromPort: -1,
    toPort: -1,
    tags: {},
    createdAt: call.now,
    visibleAt: call.visibleAt,
  });
