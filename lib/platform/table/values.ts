import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item, Key } from './types.ts';

export type Attributes = Record<string, AttributeValue>;

/** Names one attempt at a single write, so that its own effect is known again after a lost answer. Never handed out. */
export const writeIdAttribute = 'write_id';

const options = { removeUndefinedValues: true, convertClassInstanceToMap: false } as const;

/** Plain values as DynamoDB takes them; `undefined` is left out. @throws Error for NaN and infinite numbers */
export const toAttributes = (values: Record<string, unknown>): Attributes => marshall(values, options);

export const toItem = (attributes: Attributes): Item => {
  const item = unmarshall(attributes);
  delete item[writeIdAttribute];
  return item;
};

export const keyAttributes = ({ pk, sk }: Pick<Key, 'pk' | 'sk'>): Attributes => ({
  pk: { S: pk },
  sk: { S: sk },
});
