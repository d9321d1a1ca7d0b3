import { arn } from '../account.ts';
import { TemplateError } from '../template/template-error.ts';
import { asNumber, asRecord, asString } from './property.ts';
import { type Provider, physicalName } from './provider.ts';

/** `AWS::Lambda::Function`: the bundle is taken from the assembly's assets. */
export const lambdaFunction: Provider = (request, { functions }) => {
  const { properties, stack, logicalId } = request;
  const name = physicalName(request, properties.FunctionName);
  const key = String(asRecord(properties.Code).S3Key ?? '');
  const codeDirectory = stack.assets.get(key);
  if (!codeDirectory)
    throw new TemplateError(`${stack.name}.${logicalId}: no asset ${key} for the function’s code`);
  const functionArn = arn('lambda', `function:${name}`);
  functions.add({
    name,
    arn: functionArn,
    roleArn: String(properties.Role),
    codeDirectory,
    handler: asString(properties.Handler) ?? 'index.handler',
    environment: Object.fromEntries(
      Object.entries(asRecord(asRecord(properties.Environment).Variables)).map(([key, value]) => [
        key,
        String(value),
      ]),
    ),
    memoryMegabytes: asNumber(properties.MemorySize) ?? 128,
    timeoutSeconds: asNumber(properties.Timeout) ?? 3,
    reservedConcurrency: asNumber(properties.ReservedConcurrentExecutions),
    traced: asRecord(properties.TracingConfig).Mode === 'Active',
    deadLetterArn: asString(asRecord(properties.DeadLetterConfig).TargetArn),
  });
  return { ref: name, attributes: { Arn: functionArn } };
};

/** `AWS::Lambda::Version`: locally there is the latest code only. */
export const lambdaVersion: Provider = ({ properties }, { functions }) => {
  const { settings } = functions.get(String(properties.FunctionName));
  return { ref: `${settings.arn}:1`, attributes: { Version: '1', FunctionArn: `${settings.arn}:1` } };
};

/** `AWS::Lambda::LayerVersion`: a name, as no function of the platform's own has one, and tenants' are run without. */
export const lambdaLayer: Provider = (request) => {
  const name = physicalName(request, request.properties.LayerName);
  return {
    ref: arn('lambda', `layer:${name}:1`),
    attributes: { LayerVersionArn: arn('lambda', `layer:${name}:1`) },
  };
};

/** `AWS::Lambda::EventInvokeConfig` with a queue as its failure destination. */
export const eventInvokeConfig: Provider = ({ properties, stack, logicalId }, { functions }) => {
  const target = functions.get(String(properties.FunctionName));
  target.asynchronous = {
    maximumRetryAttempts: asNumber(properties.MaximumRetryAttempts) ?? 2,
    onFailureArn: asString(asRecord(asRecord(properties.DestinationConfig).OnFailure).Destination),
  };
  return { ref: `${stack.name}-${logicalId}`, attributes: {} };
};

/** `AWS::Lambda::Alias` */
export const lambdaAlias: Provider = ({ properties }, { functions }) => {
  const { settings } = functions.get(String(properties.FunctionName));
  const aliasArn = `${settings.arn}:${String(properties.Name)}`;
  return { ref: aliasArn, attributes: { AliasArn: aliasArn } };
};
