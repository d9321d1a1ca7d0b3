import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';

const reasonIn = (error: unknown): string | undefined => {
  if (typeof error === 'string') return error;
  const { name, message } = (error ?? {}) as { name?: string; message?: string };
  return message === undefined ? name : [name, message].filter(Boolean).join(': ');
};

/**
 * Why messages went back to their queue, by message id, as the engine's logs say. On AWS the same lines lie in CloudWatch
 * Logs, where each search costs and takes its time: `docs/operate.md` has the command.
 */
export const failuresIn = ({ dataDir, prefix }: Place, _queue: string): ReadonlyMap<string, string> => {
  const failures = new Map<string, string>();
  if (dataDir === undefined) return failures;
  const folder = join(dataDir, 'logs');
  for (const file of readdirSync(folder).filter((name) => name.startsWith(`${prefix}-worker-`))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (!line.includes('goes back to the queue')) continue;
      try {
        const { message_id, error } = JSON.parse(line.slice(line.indexOf('{'))) as {
          message_id?: string;
          error?: unknown;
        };
        const reason = reasonIn(error);
        if (message_id && reason) failures.set(message_id, reason);
      } catch {
        // A line that was cut off when the engine was killed.
      }
    }
  }
  return failures;
};
