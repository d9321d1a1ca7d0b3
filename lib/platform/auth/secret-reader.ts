/** Where the platform's token secret comes from: 64 random characters or more, from which keys are derived. */
export interface SecretReader {
  /** Reads it once per process; a failed read is tried again by the next caller. @throws CloudError `UNAVAILABLE` */
  read(signal?: AbortSignal): Promise<string>;
}
