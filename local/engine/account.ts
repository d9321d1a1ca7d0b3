/** The one account that the engine plays, as emulators do. */
export const localAccount = '000000000000';
export const localRegion = 'us-east-1';
export const localZones = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;

/** ARN of something in the local account and region, for example `arn('sqs', 'jobs')`. */
export const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${localRegion}:${localAccount}:${resource}`;
