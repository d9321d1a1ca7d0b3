import * as z from 'zod/mini';
import { ResourceName } from '../../platform/resource-name.ts';

/** Contract 2.12. What is published to it reaches each of its subscriptions. */
export const Topic = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  arn: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Topic = z.infer<typeof Topic>;

export const CreateTopic = z.object({ name: ResourceName });
export type CreateTopic = z.infer<typeof CreateTopic>;

/** Bytes of UTF-8 that a message may have: what a queue takes by default (contract 2.11). */
export const maxMessageBytes = 262_144;
const maxAttributes = 10;

/** The name of a message attribute, as SNS has them. */
export const AttributeName = z
  .string()
  .check(z.minLength(1), z.maxLength(256), z.regex(/^[\w.-]+$/, 'must be of letters, digits, _, - and .'));

export const AttributeScalar = z.union([z.string().check(z.maxLength(1_024)), z.number(), z.boolean()]);
export type AttributeScalar = z.infer<typeof AttributeScalar>;

/** What filter policies look at: a value, or several of which one must match. */
export const MessageAttributes = z
  .record(AttributeName, z.union([AttributeScalar, z.array(AttributeScalar).check(z.maxLength(10))]))
  .check(
    z.refine(
      (attributes) => Object.keys(attributes).length <= maxAttributes,
      `must have at most ${maxAttributes} attributes`,
    ),
  );
export type MessageAttributes = z.infer<typeof MessageAttributes>;

export const PublishMessage = z.object({
  message: z.string().check(
    z.minLength(1),
    z.refine(
      (text) => Buffer.byteLength(text) <= maxMessageBytes,
      `must have at most ${maxMessageBytes} bytes of UTF-8`,
    ),
  ),
  attributes: z.optional(MessageAttributes),
});
export type PublishMessage = z.infer<typeof PublishMessage>;

export const Published = z.object({
  message: z.string(),
  /** The same in each of the message's deliveries. */
  message_id: z.string(),
});
export type Published = z.infer<typeof Published>;
