import type { DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult } from '@aws-sdk/client-ec2';
import { getZone, type Zone, zonesOf } from '../catalogue/zones.ts';
import { defineAction } from '../engine/action.ts';
import { compileFilters } from '../rules/filters.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export const describeAvailabilityZones = defineAction<
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult
>({
  optional: ['ZoneNames', 'ZoneIds', 'AllAvailabilityZones', 'Filters'],
  perform({ ZoneNames: names = [], ZoneIds: ids = [], Filters: filters }, { caller: { region } }) {
    const asked = [...names, ...ids].map((zone) => getZone(region, zone).name);
    const matches = compileFilters<Zone & { tags: Record<string, string> }>(filters, {
      'group-name': () => `${region}-zg-1`,
      'opt-in-status': () => 'opt-in-not-required',
      'region-name': () => region,
      state: () => 'available',
      'zone-id': ({ id }) => id,
      'zone-name': ({ name }) => name,
      'zone-type': () => 'availability-zone',
    });
    return {
      AvailabilityZones: zonesOf(region)
        .filter((zone) => (asked.length === 0 || asked.includes(zone.name)) && matches({ ...zone, tags: {} }))
        .map(({ name, id }) => ({
          GroupName: `${region}-zg-1`,
          Messages: [],
          NetworkBorderGroup: region,
          OptInStatus: 'opt-in-not-required',
          RegionName: region,
          State: 'available',
          ZoneId: id,
          ZoneName: name,
          ZoneType: 'availability-zone',
        })),
    };
  },
});
