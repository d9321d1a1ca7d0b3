/** An SDK call as it is sent to the stand-ins' host. */
export interface WireCall {
  /** The SDK's client name, for example `EC2Client`. */
  client: string;
  /** For example `RunInstancesCommand`. */
  command: string;
  input: unknown;
  /** By this the host knows who calls. */
  accessKeyId: string;
  region: string;
}

export interface WireError {
  name: string;
  message: string;
  statusCode: number;
}

export type WireAnswer = { requestId: string } & ({ output: unknown } | { error: WireError });

/** Paths of the host. */
export const paths = {
  /** POST WireCall → WireAnswer */
  call: '/call',
  /** POST Use[] */
  used: '/used',
  /** POST → names of the clients that have a stand-in */
  clients: '/clients',
  /** POST {resource, accessKeyId, region} → condition keys of the resource */
  resourceKeys: '/resource-keys',
} as const;
