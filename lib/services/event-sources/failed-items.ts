import type { BatchOutcome, HeldBatch } from '../functions/service.ts';

/**
 * The identifiers that a result names as failed. What Lambda takes for a failure of all is one here too: no JSON, another shape,
 * an empty or unknown identifier. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @returns undefined where all have failed
 */
const namedIn = (result: string | undefined, known: ReadonlySet<string>): ReadonlySet<string> | undefined => {
  // One that is too long to be kept is not here, and may name any of them.
  if (result === undefined) return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(result);
  } catch {
    return undefined;
  }
  const failures = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((one: unknown) => (one as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && known.has(id)) ? new Set(ids) : undefined;
};

/** Which messages of a batch, by their place in it, have failed. In a FIFO queue what follows in the group has too. */
export const failedOf = (
  { messages, reports }: Pick<HeldBatch, 'messages' | 'reports'>,
  { ok, result }: BatchOutcome,
): ReadonlySet<number> => {
  const all = new Set(messages.keys());
  if (!ok) return all;
  if (!reports) return new Set();
  const named = namedIn(result, new Set(messages.map(({ id }) => id)));
  if (!named) return all;
  const groups = new Set<string>();
  const failed = new Set<number>();
  for (const [index, { id, group }] of messages.entries()) {
    if (!named.has(id) && !(group !== undefined && groups.has(group))) continue;
    failed.add(index);
    if (group !== undefined) groups.add(group);
  }
  return failed;
};
