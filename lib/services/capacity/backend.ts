/** One limited resource of an account. */
export interface Gauge {
  /** For example `vpcs`, `internet_gateways`, `vcpus`. */
  resource: string;
  used: number;
  limit: number;
  /** Of `used`, what the platform's tenants have: the rest is somebody else's and not ours to count. */
  ofTenants: number;
}

/** What an account's limits are, and what there is. */
export interface CapacitySource {
  /** The account's id, twelve digits. */
  account(signal: AbortSignal): Promise<string>;
  measure(signal: AbortSignal): Promise<Gauge[]>;
}
