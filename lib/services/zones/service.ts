import type { Principal } from '../../platform/auth/principal.ts';
import { invalid } from '../../platform/errors/index.ts';

export interface ZonesOptions {
  /** The availability zones that the platform places things in, in order. */
  zones: readonly string[];
  /** Home zone of tenants for whom an administrator has set no other. */
  homeZone: string;
}

const zoneName = /^[a-z]{2}(?:-[a-z]+)+-\d+[a-z]$/;

const regionOf = (zone: string): string => zone.slice(0, -1);

/**
 * Availability zones: a tenant's home zone is the default for what it makes. Contract clients send zones of a region of
 * their own choice (`us-east-1a`): such a name stands for the zone with the same letter here.
 */
export const createZones = ({ zones, homeZone }: ZonesOptions) => {
  /** @throws CloudError `INVALID_INPUT` that names the field and lists the zones */
  const named = (name: string, path: string): string => {
    if (zones.includes(name)) return name;
    const here = `${regionOf(homeZone)}${name.at(-1)}`;
    const ofAnotherRegion = zoneName.test(name) && regionOf(name) !== regionOf(homeZone);
    if (ofAnotherRegion && zones.includes(here)) return here;
    throw invalid(path, `there is no such zone here; there are ${zones.join(', ')}`);
  };

  const homeOf = ({ homeZone: chosen }: Pick<Principal, 'homeZone'>): string =>
    chosen !== undefined && zones.includes(chosen) ? chosen : homeZone;

  return {
    zones,
    named,
    homeOf,
    /** The zone that is meant: the named one, or the caller's home. @param path the field that names it */
    resolve: (
      principal: Pick<Principal, 'homeZone'>,
      name: string | null | undefined,
      path: string,
    ): string => (name ? named(name, path) : homeOf(principal)),
  };
};

export type Zones = ReturnType<typeof createZones>;
