/**
 * Bytes of an invocation's payload. The contract's process model hands it over in an environment variable, and Linux
 * takes 128 KiB for one with its name, `=` and closing NUL: https://man7.org/linux/man-pages/man2/execve.2.html
 */
export const maxPayloadBytes = 131_072 - 'PAYLOAD=\0'.length;

/** Bytes of the code's archive: what a form can carry in band; as base64 in JSON it is a quarter less. */
export const maxArchiveBytes = 4_400_000;

/** Bytes of the unpacked code, and files in it. Lambda takes 250 MB: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const maxUnpackedBytes = 100_000_000;
export const maxEntries = 5_000;
/** How often an entry may be larger unpacked than packed; deflate itself reaches 1,032. Small entries may be anything. */
export const maxInflation = 200;
export const freeInflationBytes = 1_000_000;

/** Seconds; Lambda's longest is 900. */
export const maxTimeoutSeconds = 900;
/** Contract 2.10. */
export const defaultTimeoutSeconds = 30;
export const defaultMemoryMegabytes = 128;

/** Seconds that a request waits for an invocation: the gateway's 30 s and our own answer within them. */
export const syncSeconds = 25;
/** A function that may run longer is invoked asynchronously only. */
export const maxSyncTimeoutSeconds = 30;

/** Bytes of the logs that are kept of an invocation: a hundred of them, escaped, fit an answer of Lambda. */
export const maxLogBytes = 16_384;
/** Bytes of what a process writes that reach us, the last ones: where they are as many, its beginning may be lost. */
export const maxOutputBytes = 262_144;
/** As a shell says of what `timeout` has ended: the status code of an invocation that ran too long. */
export const timedOutCode = 124;
/** Bytes of what a plain handler gives back, as JSON. */
export const maxResultBytes = 8_192;

/** Versions of the code that are kept for a rollback. */
export const keptVersions = 10;

/** Bytes of all names and values of a function's environment; Lambda takes 4 KB with our own. */
export const maxEnvironmentBytes = 3_500;

/** Days that invocations are kept. */
export const keptDays = 30;
/** Invocations that the logs route lists: contract 2.10. */
export const listedInvocations = 100;
