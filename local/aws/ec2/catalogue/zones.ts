import { AwsError } from '../../stand-in.ts';

export interface Zone {
  name: string;
  /** The zone's identity across accounts, for example `use1-az1`. */
  id: string;
}

const letters = ['a', 'b', 'c'];

/** `us-east-1` → `use1`, `ap-southeast-2` → `apse2`. */
const abbreviate = (region: string): string => {
  const [area = '', direction = '', number = ''] = region.split('-').filter((part) => part !== 'gov');
  const points = direction.match(/north|south|east|west|central/g) ?? [];
  return `${area}${points.map((point) => point[0]).join('')}${number}`;
};

/** Every region has three zones here. */
export const zonesOf = (region: string): Zone[] =>
  letters.map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${abbreviate(region)}-az${index + 1}`,
  }));

/** Finds a zone by its name or its id. @throws InvalidParameterValue */
export const getZone = (region: string, nameOrId: string): Zone => {
  const zone = zonesOf(region).find(({ name, id }) => name === nameOrId || id === nameOrId);
  if (!zone)
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${nameOrId}) for parameter availabilityZone is invalid. Invalid availability zone: [${nameOrId}]`,
    );
  return zone;
};
