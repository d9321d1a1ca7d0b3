import type { Run } from './run-once.ts';

/** Variables that tell the layer's script what to do, and are not for the code that it runs. */
const ofTheLayer = new Set(['AWS_LAMBDA_EXEC_WRAPPER', 'THECLOUD_COMMAND', 'THECLOUD_FILE']);

/** What code of a tenant finds in its environment: nothing of this process's own. */
export const environmentOf = ({ record, folder, scratch, requestId }: Run): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: scratch,
  TMPDIR: scratch,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  LAMBDA_TASK_ROOT: folder,
  AWS_LAMBDA_FUNCTION_NAME: record.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memorySize),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_REQUEST_ID: requestId,
  ...Object.fromEntries(Object.entries(record.variables).filter(([name]) => !ofTheLayer.has(name))),
});
