import type { CodeRef, HostedFunction } from './backend.ts';
import type { FunctionRecord } from './record.ts';

/** Where the archive of a code is kept. */
export const codeRefOf = (
  { tenant, id }: Pick<FunctionRecord, 'tenant' | 'id'>,
  sha256: string,
): CodeRef => ({
  tenant,
  functionId: id,
  sha256,
});

/** What Lambda is to be told of a function. */
export const hostedOf = (record: FunctionRecord): HostedFunction => ({
  ...codeRefOf(record, record.code.sha256),
  name: record.name,
  runtime: record.runtime,
  model: record.code.model,
  handler: record.code.handler,
  timeoutSeconds: record.timeout,
  memoryMegabytes: record.memory_mb,
  environment: record.environment,
});
