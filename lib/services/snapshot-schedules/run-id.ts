import { createHash } from 'node:crypto';

/**
 * The id of the snapshot that a run makes: a UUIDv7 of the run's time, whose other bits follow from the schedule and the
 * run. So a run that is done twice makes one.
 */
export const runId = (scheduleId: string, runAt: string): string => {
  const time = Date.parse(runAt).toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(`${scheduleId} ${runAt}`).digest('hex');
  const variant = (0x8 | (Number.parseInt(hash[3] ?? '0', 16) & 0x3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
};
