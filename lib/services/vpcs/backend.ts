/** What a part of a network is made for: it carries these in its tags. */
export interface Owner {
  tenant: string;
  /** The record's id. */
  id: string;
  name: string;
}

export interface CloudVpc {
  id: string;
  /** Its ranges, and whether they can be used yet. */
  blocks: readonly { cidr_block: string; isReady: boolean }[];
}

export interface CloudGateway {
  id: string;
  /** The VPC that it is attached to. */
  vpcId?: string;
}

export interface CloudSubnet {
  id: string;
  cidr_block: string;
  zone: string;
}

/** Found by the record that they were made for; the lowest id first. */
export type ByRecord<T> = ReadonlyMap<string, readonly T[]>;

/**
 * VPCs and what they are made of, in the platform's terms. Creations have no token: they are found again by their record.
 * Everything else is safe to repeat. Throws nothing but `BackendError` on purpose: `exhausted` at a limit of the account,
 * `not_yet` for a delete of what something still depends on or the cloud does not show.
 */
export interface VpcBackend {
  findVpcs(recordIds: readonly string[], signal: AbortSignal): Promise<ByRecord<CloudVpc>>;
  findGateways(recordIds: readonly string[], signal: AbortSignal): Promise<ByRecord<CloudGateway>>;
  findRouteTables(recordIds: readonly string[], signal: AbortSignal): Promise<ByRecord<{ id: string }>>;
  /** Balancer subnets: those made for the VPC itself. */
  findSubnets(recordIds: readonly string[], signal: AbortSignal): Promise<ByRecord<CloudSubnet>>;

  createVpc(owner: Owner, cidr_block: string, signal: AbortSignal): Promise<string>;
  createGateway(owner: Owner, signal: AbortSignal): Promise<string>;
  createRouteTable(owner: Owner, vpcId: string, signal: AbortSignal): Promise<string>;
  createSubnet(
    owner: Owner,
    subnet: { vpcId: string; cidr_block: string; zone: string },
    signal: AbortSignal,
  ): Promise<string>;

  enableDnsHostnames(vpcId: string, signal: AbortSignal): Promise<void>;
  attachGateway(gatewayId: string, vpcId: string, signal: AbortSignal): Promise<void>;
  /** Sends what is for nobody in the VPC through the gateway. */
  routeToGateway(routeTableId: string, gatewayId: string, signal: AbortSignal): Promise<void>;
  /** Adds a range to the VPC. */
  addBlock(vpcId: string, cidr_block: string, signal: AbortSignal): Promise<void>;
  useRouteTable(subnetId: string, routeTableId: string, signal: AbortSignal): Promise<void>;

  deleteSubnet(subnetId: string, signal: AbortSignal): Promise<void>;
  deleteRouteTable(routeTableId: string, signal: AbortSignal): Promise<void>;
  detachGateway(gatewayId: string, vpcId: string, signal: AbortSignal): Promise<void>;
  deleteGateway(gatewayId: string, signal: AbortSignal): Promise<void>;
  /** Deletes the security groups that the platform itself has made in the VPC. */
  deleteGroups(vpcId: string, signal: AbortSignal): Promise<void>;
  deleteVpc(vpcId: string, signal: AbortSignal): Promise<void>;
}
