import { eventSourceExtras, eventSourceNeeds, failureDestinationNeeds } from '../../iam/service-needs.ts';
import type { Cloud } from '../cloud.ts';
import { countExtras, requireRights } from '../role-rights.ts';
import { failureRecord } from '../sources/failure-record.ts';
import { readFilters } from '../sources/filter-criteria.ts';
import { SqsSource } from '../sources/sqs-source.ts';
import { StreamSource, type StreamSourcePorts } from '../sources/stream-source.ts';
import { TemplateError } from '../template/template-error.ts';
import { asBoolean, asList, asNumber, asRecord, asString } from './property.ts';
import type { Provider, ResourceRequest } from './provider.ts';

const reportsItemFailures = (properties: Record<string, unknown>): boolean =>
  asList(properties.FunctionResponseTypes).includes('ReportBatchItemFailures');

const windowMilliseconds = (properties: Record<string, unknown>): number =>
  (asNumber(properties.MaximumBatchingWindowInSeconds) ?? 0) * 1000;

const fromQueue = ({ properties }: ResourceRequest, { queues, functions, timers }: Cloud): SqsSource =>
  new SqsSource(
    {
      queueArn: String(properties.EventSourceArn),
      batchSize: asNumber(properties.BatchSize) ?? 10,
      windowMilliseconds: windowMilliseconds(properties),
      maximumConcurrency: asNumber(asRecord(properties.ScalingConfig).MaximumConcurrency),
      reportsItemFailures: reportsItemFailures(properties),
      passes: readFilters(properties.FilterCriteria, ['body']),
    },
    queues,
    functions.get(String(properties.FunctionName)),
    timers,
  );

/** Where a stream's records go that the function could not take. */
const giveUpTo = (destination: string | undefined, functionArn: string, streamArn: string, cloud: Cloud) => {
  const give: StreamSourcePorts['giveUp'] = (records, invocations, condition, shard) => {
    cloud.report(`${functionArn} gave up ${records.length} stream records: ${condition}`);
    if (!destination) return;
    const toBucket = destination.startsWith('arn:aws:s3:');
    const now = cloud.timers.now();
    const failure = failureRecord({
      functionArn,
      streamArn,
      shard,
      records,
      invocations,
      condition,
      withPayload: toBucket,
      now,
    });
    const body = JSON.stringify(failure);
    if (!toBucket) return cloud.queues.send(destination, body);
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '/');
    const key = `aws/lambda/local/${shard}/${day}/${failure.requestContext.requestId}`;
    cloud.queues.putObject(destination.replace('arn:aws:s3:::', ''), key, body);
  };
  return give;
};

const fromStream = ({ properties, stack, logicalId }: ResourceRequest, cloud: Cloud): StreamSource => {
  const stream = cloud.streams.get(String(properties.EventSourceArn));
  if (!stream) throw new TemplateError(`${stack.name}.${logicalId}: no stream ${properties.EventSourceArn}`);
  const target = cloud.functions.get(String(properties.FunctionName));
  const destination = asString(asRecord(asRecord(properties.DestinationConfig).OnFailure).Destination);
  return new StreamSource(
    {
      id: `${stack.name}.${logicalId}@${stream.stream.serverStreamArn}`,
      batchSize: asNumber(properties.BatchSize) ?? 100,
      windowMilliseconds: windowMilliseconds(properties),
      bisectOnError: asBoolean(properties.BisectBatchOnFunctionError),
      maximumRetryAttempts: asNumber(properties.MaximumRetryAttempts) ?? -1,
      maximumRecordAgeSeconds: asNumber(properties.MaximumRecordAgeInSeconds) ?? -1,
      reportsItemFailures: reportsItemFailures(properties),
      passes: readFilters(properties.FilterCriteria),
    },
    {
      stream,
      checkpoints: cloud.checkpoints,
      target,
      giveUp: giveUpTo(destination, target.settings.arn, stream.stream.streamArn, cloud),
      now: () => cloud.timers.now(),
    },
  );
};

/** The function’s role must let Lambda read the source, and write to where failures go. */
const requireSourceRights = async ({ properties }: ResourceRequest, cloud: Cloud): Promise<void> => {
  const { settings } = cloud.functions.get(String(properties.FunctionName));
  const policies = cloud.roles.policyFile(settings.roleArn, settings.name);
  const source = String(properties.EventSourceArn);
  const destination = asString(asRecord(asRecord(properties.DestinationConfig).OnFailure).Destination);
  const needs = [...eventSourceNeeds(source), ...(destination ? failureDestinationNeeds(destination) : [])];
  await requireRights(policies, needs, (use) => cloud.noteUses([use]));
  await countExtras(policies, eventSourceExtras(source), (use) => cloud.noteUses([use]));
};

/** `AWS::Lambda::EventSourceMapping` from a queue or from a table's stream. */
export const eventSourceMapping: Provider = async (request, cloud) => {
  const source = String(request.properties.EventSourceArn);
  const { stack, logicalId } = request;
  if (!source.startsWith('arn:aws:sqs:') && !source.startsWith('arn:aws:dynamodb:'))
    throw new TemplateError(`${stack.name}.${logicalId}: no event source ${source} in the local engine`);
  await requireSourceRights(request, cloud);
  const enabled = request.properties.Enabled === undefined || asBoolean(request.properties.Enabled);
  if (enabled)
    cloud.sources.push(
      source.startsWith('arn:aws:sqs:') ? fromQueue(request, cloud) : fromStream(request, cloud),
    );
  return { ref: `${stack.name}-${logicalId}`, attributes: { Id: `${stack.name}-${logicalId}` } };
};
