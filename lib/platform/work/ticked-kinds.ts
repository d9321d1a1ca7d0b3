/**
 * Kinds that the ticker visits every ten seconds when they fall due (architecture 6). What they put off for longer than a
 * minute needs no message of its own, which a queue could hold back for a quarter of an hour at most.
 */
export const tickedKinds: readonly string[] = ['SCALING_GROUP', 'BATCH_JOB', 'CRON_JOB', 'SECRET'];

/** In seconds; what falls due sooner is sent with that delay, to the second. */
export const tickedFromSeconds = 60;
