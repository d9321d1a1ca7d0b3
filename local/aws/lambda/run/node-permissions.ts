import type { Run } from './run-once.ts';

/** Node's permission model: the code may be read, the scratch folder read and written; no processes, workers or add-ons. */
export const nodePermissions = (
  { folder, scratch, record }: Run,
  readable: readonly string[] = [],
): string[] => [
  '--permission',
  ...[folder, scratch, ...readable].map((path) => `--allow-fs-read=${path}`),
  `--allow-fs-write=${scratch}`,
  `--max-old-space-size=${record.memorySize}`,
];
