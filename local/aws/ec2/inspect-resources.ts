import type { ResourceType } from '@aws-sdk/client-ec2';
import { kinds } from './rules/kinds.ts';
import { accountStore, type Collections } from './store/account-store.ts';
import type { Scope } from './store/collection.ts';
import type { InterfaceRecord, Resource, SnapshotRecord, Tags, VolumeRecord } from './store/records.ts';
import { snapshotState } from './views/snapshot-view.ts';
import { volumeState } from './volumes/volume-state.ts';

/** A resource as a look for orphans sees it. */
export interface InspectedResource {
  /** As in tags and ARNs: `volume`, `snapshot`, `vpc`, `subnet`, `security-group`… */
  kind: ResourceType;
  id: string;
  account: string;
  region: string;
  /** As AWS names it; `available` for kinds that have no states. */
  state: string;
  vpcId?: string;
  tags: Tags;
}

type StateOf<T> = (record: T) => string;

const alwaysThere: StateOf<Resource> = () => 'available';
const interfaceState: StateOf<InterfaceRecord> = ({ due }) => (due === undefined ? 'in-use' : 'releasing');

const of = <T extends Resource>(
  kind: { resourceType: ResourceType },
  records: readonly T[],
  stateOf: StateOf<T> = alwaysThere,
) =>
  records.map((record) => ({
    kind: kind.resourceType,
    id: record.id,
    state: stateOf(record),
    vpcId: 'vpcId' in record && typeof record.vpcId === 'string' ? record.vpcId : undefined,
    tags: record.tags,
  }));

const inScope = (collections: Collections, scope: Scope): InspectedResource[] => {
  const [account = '', region = ''] = scope.split('/');
  const store = accountStore(collections, scope);
  return [
    ...of<VolumeRecord>(kinds.volume, store.volumes.list(), volumeState),
    ...of<SnapshotRecord>(kinds.snapshot, store.snapshots.list(), snapshotState),
    ...of(kinds.vpc, store.vpcs.list()),
    ...of(kinds.subnet, store.subnets.list()),
    ...of(kinds.securityGroup, store.groups.list()),
    ...of(kinds.securityGroupRule, store.rules.list()),
    ...of(kinds.internetGateway, store.gateways.list(), ({ vpcId }) => (vpcId ? 'attached' : 'detached')),
    ...of(kinds.routeTable, store.routeTables.list()),
    ...of(kinds.networkInterface, kinds.networkInterface.shelf(store).list(), interfaceState),
  ].map((one) => ({ ...one, account, region }));
};

/** Every account and region in which there is anything. */
const scopesOf = ({ addresses: _, tokens: __, ...kept }: Collections): Scope[] => [
  ...new Set(Object.values(kept).flatMap((collection) => collection.scopes())),
];

/** Everything but instances, of one account or of all, in order of creation within a kind. */
export const inspectResources = (collections: Collections, account?: string): InspectedResource[] =>
  scopesOf(collections)
    .filter((scope) => account === undefined || scope.startsWith(`${account}/`))
    .flatMap((scope) => inScope(collections, scope));
