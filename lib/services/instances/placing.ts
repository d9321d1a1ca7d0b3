import type { CloudNetwork, CloudNetworks } from './attachments.ts';
import type { Compute } from './backend.ts';
import type { InstanceRecord, Placement } from './record.ts';
import { isPinned } from './tries.ts';
import { openPortsOf, specOf } from './workload.ts';

/** What says where a launch goes: an instance, or a batch of alike ones. */
export type Placeable = Pick<
  InstanceRecord,
  | 'id'
  | 'tenant'
  | 'image'
  | 'ports'
  | 'instance_type'
  | 'vpc_id'
  | 'subnet_id'
  | 'security_group_ids'
  | 'volumes'
  | 'zone'
  | 'home_zone'
  | 'zones_full'
>;

export interface Placed {
  placement: Placement;
  zone: string;
  /** The tenant's own network, where it goes into one. */
  network: CloudNetwork | undefined;
}

/** Finds or makes all that a launch must freeze beforehand. @throws BackendError */
export const createPlacing =
  ({ compute, networks }: { compute: Pick<Compute, 'place'>; networks: Pick<CloudNetworks, 'locate'> }) =>
  async (wanted: Placeable, signal: AbortSignal): Promise<Placed> => {
    const network = wanted.subnet_id ? await networks.locate(wanted, signal) : undefined;
    const { zone, ...placement } = await compute.place(
      {
        tenant: wanted.tenant,
        image: specOf(wanted).image,
        instanceType: wanted.instance_type,
        openPorts: openPortsOf(wanted),
        network,
        zone: isPinned(wanted) ? wanted.zone : undefined,
        homeZone: wanted.home_zone,
        zoneTurn: wanted.zones_full ?? 0,
      },
      signal,
    );
    return { placement, zone, network };
  };
