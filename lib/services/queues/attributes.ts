import * as z from 'zod/mini';

/** As SQS has them: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const maxAttributes = 10;

/** What SQS takes of text: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: tab, line feed and carriage return are the three that SQS takes
export const sendable = /^[\x09\x0A\x0D\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
export const notSendable = 'must not hold control characters but tab, line feed and carriage return';

const name = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[\w.-]+(?<!\.)$/i;

const Name = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(256),
    z.regex(
      name,
      'must be of letters, digits, _, - and single dots within, and not begin with AWS. or Amazon.',
    ),
  );

/** Beyond it JavaScript writes a number with an exponent, and below 1e-6 too. */
const isPlain = (value: number): boolean =>
  value === 0 || (Math.abs(value) < 1e21 && Math.abs(value) >= 1e-6);

const Value = z.union([
  z.string().check(z.minLength(1), z.regex(sendable, notSendable)),
  z.number().check(z.refine(isPlain, 'must be 0, or from 1e-6 to 1e21')),
  z.boolean(),
]);
export type AttributeValue = z.infer<typeof Value>;

/** What a message says of itself beside its text. */
export const QueueAttributes = z
  .record(Name, Value)
  .check(
    z.refine(
      (attributes) => Object.keys(attributes).length <= maxAttributes,
      `must have at most ${maxAttributes} attributes`,
    ),
  );
export type QueueAttributes = z.infer<typeof QueueAttributes>;

/** How SQS keeps a value: its data type, with our own label for what it does not know, and its text. */
export interface WrittenAttribute {
  dataType: 'String' | 'Number' | 'String.boolean';
  text: string;
}

export const writtenAttribute = (value: AttributeValue): WrittenAttribute => {
  if (typeof value === 'number') return { dataType: 'Number', text: String(value) };
  if (typeof value === 'boolean') return { dataType: 'String.boolean', text: String(value) };
  return { dataType: 'String', text: value };
};

export const readAttribute = (dataType: string, text: string): AttributeValue => {
  if (dataType === 'Number') return Number(text);
  return dataType === 'String.boolean' ? text === 'true' : text;
};

/** Bytes that attributes take of a message: SQS counts names, types and values. */
export const attributeBytes = (attributes: QueueAttributes = {}): number =>
  Object.entries(attributes).reduce((sum, [key, value]) => {
    const { dataType, text } = writtenAttribute(value);
    return sum + Buffer.byteLength(key + dataType + text);
  }, 0);
