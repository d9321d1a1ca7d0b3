import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Attributes, toItem } from '../table/values.ts';
import type { ItemChange } from './decide.ts';

const image = z.optional(z.record(z.string(), z.unknown()));
const keyText = z.object({ S: z.string() });

const StreamRecord = z.object({
  dynamodb: z.object({
    ApproximateCreationDateTime: z.optional(z.number()),
    Keys: z.object({ pk: keyText, sk: keyText }),
    OldImage: image,
    NewImage: image,
  }),
});

const itemOf = (attributes: Record<string, unknown> | undefined) =>
  attributes && toItem(attributes as unknown as Attributes);

/** A record of the table's stream with both images. @throws ZodError for anything else */
export const parseStreamRecord = (record: DynamoDBRecord): ItemChange => {
  const { Keys, OldImage, NewImage, ApproximateCreationDateTime = 0 } = StreamRecord.parse(record).dynamodb;
  return {
    pk: Keys.pk.S,
    sk: Keys.sk.S,
    before: itemOf(OldImage),
    after: itemOf(NewImage),
    at: new Date(ApproximateCreationDateTime * 1000).toISOString(),
  };
};
