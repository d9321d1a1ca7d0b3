import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { EgressError } from './egress-error.ts';
import { type EgressPolicy, forbidden } from './policy.ts';

/** All addresses of a host name. @throws as `node:dns/promises` does */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * The look-up of a connection: resolves, judges every address, and hands the very addresses that were judged to the
 * socket. A name that answers otherwise a moment later changes nothing, as nobody asks it again. One forbidden address
 * among several refuses all: which of them a connection takes is chance.
 */
export const guardedLookup = (resolve: Resolve, policy: EgressPolicy): LookupFunction => {
  const addressesOf = async (hostname: string): Promise<readonly LookupAddress[]> => {
    let addresses: readonly LookupAddress[];
    try {
      addresses = await resolve(hostname);
    } catch (cause) {
      throw new EgressError('unresolved', 'the name of the target does not resolve', cause);
    }
    if (addresses.length === 0)
      throw new EgressError('unresolved', 'the name of the target does not resolve');
    for (const { address } of addresses) {
      const reason = forbidden(address, policy);
      if (reason)
        throw new EgressError('forbidden', 'the target is no address that requests may be sent to', {
          hostname,
          address,
          reason,
        });
    }
    return addresses;
  };

  return (hostname, options, callback) => {
    addressesOf(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, [...addresses]);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: EgressError) => callback(error, '', 0),
    );
  };
};
