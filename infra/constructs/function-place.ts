import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { wildcardFinding, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

/** Relative to the repository: what is in the layer of the process model. */
const layerFolder = join(import.meta.dirname, '../layers/function-process');

/** What tenants' functions are made with: the bounds of the roles of their code, and the layer that runs processes. */
export class FunctionPlace extends Construct {
  readonly boundary: ManagedPolicy;
  readonly layer: LayerVersion;

  constructor(scope: Construct, id: string, { names }: Platform) {
    super(scope, id);
    const streams = `${names.functionLogGroups}*:log-stream:*`;
    this.boundary = new ManagedPolicy(this, 'Boundary', {
      // Named, as roles that are made at run time refer to it: CloudFormation changes it where it is.
      managedPolicyName: `${names.functionBoundary}-${Stack.of(this).region}`,
      description: 'All that code of tenants may ever do: write logs',
      statements: [
        new PolicyStatement({
          sid: 'RuntimeLog',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [
            Stack.of(this).formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: streams,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ],
        }),
      ],
    });
    acknowledge(
      this,
      'It bounds and gives nothing: each tenant’s role is given the streams of one log group, whose names Lambda makes.',
      wildcardFinding(writtenArn('logs', `log-group:${streams}`)),
    );
    this.layer = new LayerVersion(this, 'Layer', {
      layerVersionName: `${names.prefix}-function-process`,
      description: 'Runs a process for each invocation',
      code: Code.fromAsset(layerFolder),
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
