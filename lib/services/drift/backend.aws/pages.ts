import type { Filter } from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { tagKeys } from '../../../platform/aws/ec2/tags.ts';

export interface Ec2Source {
  read: Ec2Calls['read'];
  stage: string;
}

/** The most that each of these descriptions gives at once. */
export const pageSize = 1_000;

/** What the platform has made in this stage. */
export const ofStage = (stage: string): Filter[] => [{ Name: `tag:${tagKeys.stage}`, Values: [stage] }];

/** Every page of a description, each read when the one before has been taken. */
export async function* pagesOf<T>(
  page: (token: string | undefined) => Promise<{ things: T[] | undefined; next: string | undefined }>,
): AsyncGenerator<T[]> {
  let token: string | undefined;
  do {
    const { things = [], next } = await page(token);
    yield things;
    token = next || undefined;
  } while (token);
}
