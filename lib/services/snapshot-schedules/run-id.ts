import { derivedId } from '../../platform/derived-id.ts';

/** The id of the snapshot that a run makes: it follows from the schedule and the run, so a run that is done twice makes one. */
export const runId = (scheduleId: string, runAt: string): string =>
  derivedId(Date.parse(runAt), `${scheduleId} ${runAt}`);
