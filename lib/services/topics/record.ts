import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { Topic } from './schema.ts';

/** The stored form. The lifecycle engine's own fields are described at `Reconciled`. */
export const TopicRecord = z.object({ ...reconciledFields, status: z.enum(['ACTIVE', 'ERROR']) });
export type TopicRecord = z.infer<typeof TopicRecord> & Reconciled;

export const topicKind: ResourceKind<TopicRecord> = {
  kind: 'TOPIC',
  label: 'topic',
  schema: TopicRecord as unknown as ResourceKind<TopicRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

export const topicUsage = { topics: 1 } as const;

export const topicOf = (record: TopicRecord): Topic => ({
  ...record,
  arn: `arn:thecloud:notify:local:${record.user_id}:topic/${record.name}`,
});
