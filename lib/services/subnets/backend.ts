/** What a subnet is made for: it carries these in its tags. */
export interface SubnetOwner {
  tenant: string;
  /** The record's id. */
  id: string;
  name: string;
}

/**
 * Subnets, in the platform's terms. Every method but `create` is safe to repeat; what `create` made is found again by its
 * record. Throws nothing but `BackendError` on purpose: `not_yet` for a delete of one that machines are still in.
 */
export interface SubnetBackend {
  /** By the record that they were made for, the lowest id first. */
  find(
    recordIds: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly { id: string }[]>>;
  create(
    owner: SubnetOwner,
    subnet: { vpcId: string; cidr_block: string; zone: string },
    signal: AbortSignal,
  ): Promise<string>;
  /** Gives its machines public addresses from now on. */
  mapPublicAddresses(subnetId: string, signal: AbortSignal): Promise<void>;
  useRouteTable(subnetId: string, routeTableId: string, signal: AbortSignal): Promise<void>;
  delete(subnetId: string, signal: AbortSignal): Promise<void>;
}
