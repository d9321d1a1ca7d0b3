import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { LambdaRecord } from './store.ts';

/** A function as Lambda shows it. */
export const configurationOf = (record: LambdaRecord, now: number): FunctionConfiguration => {
  const settled = now >= record.activeAt;
  const isNew = !record.updated;
  return {
    FunctionName: record.name,
    FunctionArn: record.arn,
    Runtime: record.runtime as FunctionConfiguration['Runtime'],
    Role: record.role,
    Handler: record.handler,
    CodeSize: record.codeSize,
    CodeSha256: record.codeSha256,
    Timeout: record.timeout,
    MemorySize: record.memorySize,
    LastModified: record.lastModified,
    Version: '$LATEST',
    RevisionId: record.revisionId,
    PackageType: 'Zip',
    Architectures: record.architectures as FunctionConfiguration['Architectures'],
    State: settled || !isNew ? 'Active' : 'Pending',
    ...(!settled && isNew && { StateReason: 'The function is being created.', StateReasonCode: 'Creating' }),
    LastUpdateStatus: settled ? 'Successful' : 'InProgress',
    ...(Object.keys(record.variables).length > 0 && { Environment: { Variables: record.variables } }),
    ...(record.layers.length > 0 && { Layers: record.layers.map((Arn) => ({ Arn })) }),
    LoggingConfig: { LogFormat: 'Text', LogGroup: record.logGroup },
    TracingConfig: { Mode: 'PassThrough' },
    EphemeralStorage: { Size: 512 },
  };
};
