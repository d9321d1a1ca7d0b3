import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { type Link, wildcardFinding, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

export interface PlatformFunctionProps {
  platform: Platform;
  /** Name of the bundle, for example `api-compute`; the function's name ends with it. */
  bundle: string;
  description: string;
  timeoutSeconds: number;
  /** Megabytes; also sets the CPU share. */
  memorySize: number;
  links: readonly Link[];
}

/** A Lambda function with a role and a log group of its own: it may write its log, and do what its links allow. */
export class PlatformFunction extends Construct {
  readonly function: LambdaFunction;
  readonly bundle: string;

  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    super(scope, id);
    const { context, names, bundles } = props.platform;
    this.bundle = props.bundle;
    const functionName = names.function(props.bundle);
    const code = join(bundles, props.bundle);
    if (!existsSync(code))
      throw new Error(`There is no ${code}: bundle the functions first, with npm run build.`);

    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: context.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(code),
      handler: 'index.handler',
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memorySize,
      reservedConcurrentExecutions: context.reservedConcurrency[props.bundle],
      role,
      logGroup,
      environment: { STAGE: context.stage, LOG_LEVEL: context.logLevel, LOG_SAMPLE: '0' },
    });
    this.mayWriteLog(functionName);
    if (context.tracing) this.trace();
    else acknowledge(this, 'The operator turned tracing off: context `tracing`.', 'Serverless-LambdaTracing');
    for (const link of props.links) this.link(link);
  }

  /** Adds the link's environment variables and rights. */
  link({ environment = {}, statements = [], wildcards = {} }: Link): void {
    for (const [name, value] of Object.entries(environment)) this.function.addEnvironment(name, value);
    for (const statement of statements) this.function.addToRolePolicy(statement);
    for (const [resource, reason] of Object.entries(wildcards))
      acknowledge(this, reason, wildcardFinding(resource));
  }

  /** Failed asynchronous invocations end in this queue, after Lambda's own two retries. */
  protected sendFailuresTo(queue: IQueue): void {
    (this.function.node.defaultChild as CfnFunction).deadLetterConfig = { targetArn: queue.queueArn };
    this.mayAtRuntime('DeadLetter', ['sqs:SendMessage'], [queue.queueArn]);
  }

  /** A right that Lambda uses in the function's name, and never its code: the statement id starts with `Runtime`. */
  protected mayAtRuntime(
    what: string,
    actions: string[],
    resources: string[],
    wildcards?: Link['wildcards'],
  ): void {
    this.link({
      statements: [new PolicyStatement({ sid: `Runtime${what}`, actions, resources })],
      wildcards,
    });
  }

  private mayWriteLog(functionName: string): void {
    const streams = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `/aws/lambda/${functionName}:log-stream:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.mayAtRuntime('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [streams], {
      [writtenArn('logs', `log-group:/aws/lambda/${functionName}:log-stream:*`)]:
        'Lambda names the log stream at run time: the right covers the streams of the function’s own log group.',
    });
  }

  private trace(): void {
    (this.function.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
    this.mayAtRuntime('Tracing', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'], {
      '*': 'AWS X-Ray knows no resources for what is written to it: AWS evaluates the right on * only.',
    });
  }
}
