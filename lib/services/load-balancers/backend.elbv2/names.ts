/**
 * Names of at most 32 letters, digits and hyphens, as ELBv2 wants them, from a balancer's id: its time, its counter and as
 * many of its random digits as there is room for. They alone tie what was made to its record after an answer was lost.
 */
const digitsOf = (id: string): string => {
  const hex = id.replaceAll('-', '');
  // Without the version's digit and the variant's, which are the same in all.
  return hex.slice(0, 12) + hex.slice(13, 16) + hex.slice(17);
};

/** 56 random bits. */
export const balancerName = (id: string): string => `tc-${digitsOf(id).slice(0, 29)}`;

/** 40 random bits beside the time. @param weight 1 to 100 */
export const groupName = (id: string, weight: number): string => `tc-${digitsOf(id).slice(0, 25)}-${weight}`;

/** Unique in its VPC. */
export const securityGroupName = (id: string): string => `thecloud-lb-${id}`;
