import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { wildcardFinding, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

/** Relative to the repository: what is in the layer of the process model. */
const layerFolder = join(import.meta.dirname, '../layers/function-process');

/** What tenants' functions are made with: the role and the log group of their code, and the layer that runs processes. */
export class FunctionPlace extends Construct {
  readonly role: Role;
  readonly layer: LayerVersion;

  constructor(scope: Construct, id: string, { context, names }: Platform) {
    super(scope, id);
    new LogGroup(this, 'Log', {
      logGroupName: names.functionLogGroup,
      retention: context.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const streams = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${names.functionLogGroup}:log-stream:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const writeLog = () =>
      new PolicyStatement({
        sid: 'RuntimeLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [streams],
      });
    const boundary = new ManagedPolicy(this, 'Boundary', {
      description: 'All that code of tenants may ever do: write its log',
      statements: [writeLog()],
    });
    this.role = new Role(this, 'Role', {
      roleName: names.functionRole,
      description: 'Code of tenants',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary: boundary,
    });
    this.role.addToPolicy(writeLog());
    acknowledge(
      this,
      'Lambda names the log stream at run time: the right covers the streams of the one log group of tenants’ code.',
      wildcardFinding(writtenArn('logs', `log-group:${names.functionLogGroup}:log-stream:*`)),
    );
    this.layer = new LayerVersion(this, 'Layer', {
      layerVersionName: `${names.prefix}-function-process`,
      description: 'Runs a process for each invocation',
      code: Code.fromAsset(layerFolder),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
