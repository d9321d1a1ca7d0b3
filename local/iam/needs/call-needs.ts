import type { Need, Place } from '../request.ts';

/** The needs of one operation, from its SDK input. */
// biome-ignore lint/suspicious/noExplicitAny: every operation has its own input type
export type OperationNeeds = (input: any, place: Place) => Need[];

/** A service's operations, by name; those left out need the action of their own name on `*`. */
export type ServiceNeeds = Readonly<Record<string, OperationNeeds>>;

export const arnOf = (service: string, { region, account }: Place, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** What was named by ARN stays; a bare name gets the caller's account and region. */
export const toArn = (service: string, place: Place, name: string, prefix = ''): string =>
  name.startsWith('arn:') ? name : arnOf(service, place, `${prefix}${name}`);
