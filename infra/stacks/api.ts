import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { apiFunctions } from '../../lib/services/index.ts';
import { ApiFunction } from '../constructs/api-function.ts';
import { callBudgets, ec2Telemetry, workloadRole, zones } from '../constructs/compute-links.ts';
import { functionInvocation, incomingCode, invocationsQueue } from '../constructs/function-links.ts';
import {
  egressRanges,
  ephemeralTable,
  readItems,
  recordTable,
  requestItems,
  secretsKey,
  tokenSecret,
  writeItems,
} from '../constructs/links.ts';
import { sendingToTenantQueues, tenantQueues } from '../constructs/messaging-links.ts';
import { deliverQueue, fanOutQueue, sealingSecret } from '../constructs/notify-links.ts';
import { objectsBucket } from '../constructs/object-links.ts';
import type { Platform } from '../constructs/platform.ts';
import { RestFunction } from '../constructs/rest-function.ts';
import { RestGateway } from '../constructs/rest-gateway.ts';
import { share } from '../exports.ts';

/** What is known of every request at the gateway; our own line for it carries the same request id. */
const accessLog = Object.fromEntries(
  [
    ['requestId', 'requestId'],
    ['time', 'requestTimeEpoch'],
    ['routeKey', 'routeKey'],
    ['status', 'status'],
    ['responseLength', 'responseLength'],
    ['responseLatencyMilliseconds', 'responseLatency'],
    ['integrationLatencyMilliseconds', 'integrationLatency'],
    ['integrationStatus', 'integrationStatus'],
    ['integrationError', 'integrationErrorMessage'],
    ['gatewayError', 'error.message'],
    ['sourceIp', 'identity.sourceIp'],
    ['userAgent', 'identity.userAgent'],
  ].map(([field, variable]) => [field, `$context.${variable}`]),
);

/** The HTTP API, the REST API for what must pass as it is, and one function for each bounded context. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, platform: Platform) {
    const { context, names } = platform;
    super(scope, id, { description: `The Cloud (${context.stage}): HTTP API and its functions` });
    // No CORS settings: our own middleware answers preflights, so that headers are the same everywhere.
    const api = new HttpApi(this, 'Api', { apiName: names.prefix, createDefaultStage: false });
    const logGroup = new LogGroup(this, 'AccessLog', {
      // Under this prefix the gateway needs no log resource policy of its own, of which a region may have ten.
      logGroupName: `/aws/vendedlogs/${names.prefix}-api`,
      retention: context.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: context.apiThrottle.requestsPerSecond, burstLimit: context.apiThrottle.burst },
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    this.functions(platform, api);
    const gateway = new RestGateway(this, 'Rest', platform);
    this.restFunctions(platform, gateway);

    share(this, names, 'ApiId', api.apiId, 'Id of the HTTP API');
    share(
      this,
      names,
      'ApiDomain',
      `${api.apiId}.execute-api.${this.region}.${this.urlSuffix}`,
      'Host name of the HTTP API; answers only requests that come through the edge',
    );
    share(
      this,
      names,
      'RestApiDomain',
      `${gateway.api.restApiId}.execute-api.${this.region}.${this.urlSuffix}`,
      'Host name of the REST API; answers only requests that come through the edge',
    );
    new CfnOutput(this, 'HttpApiUrl', {
      value: api.apiEndpoint,
      description: 'The HTTP API behind the edge. Users take ApiUrl of the edge stack.',
    });
  }

  /** Each of `restFunctions` in `lib/services`. */
  private restFunctions(platform: Platform, gateway: RestGateway): void {
    new RestFunction(this, 'Gateway', {
      platform,
      gateway,
      name: 'gateway',
      description: 'What is asked for through gateway routes',
      routes: apiFunctions.gateway,
      links: [
        recordTable(this, platform, readItems),
        // What a request needs, rate buckets of routes, and the invocations of functions that are targets.
        ephemeralTable(this, platform, ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:BatchGetItem']),
        egressRanges(platform),
        functionInvocation(this, platform),
      ],
    });
    new RestFunction(this, 'Objects', {
      platform,
      gateway,
      name: 'objects',
      description: 'Objects, their versions, and signed URLs',
      routes: apiFunctions.objects,
      // A body of 4.5 MB is in memory in base64 and in bytes, and its sum takes processor time.
      memorySize: 1_024,
      links: [
        recordTable(this, platform, [...readItems, ...writeItems]),
        ephemeralTable(this, platform, requestItems),
        objectsBucket(
          this,
          platform,
          ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
          { list: true },
        ),
        { environment: { DEFAULT_QUOTAS: JSON.stringify(platform.context.quotas) } },
      ],
    });
  }

  private functions(platform: Platform, api: HttpApi): void {
    const { context } = platform;
    const quotas = { environment: { DEFAULT_QUOTAS: JSON.stringify(context.quotas) } };
    new ApiFunction(this, 'Identity', {
      platform,
      api,
      name: 'identity',
      description: 'Users, keys, tokens, roles, tenants',
      routes: apiFunctions.identity,
      links: [
        recordTable(this, platform, [...readItems, ...writeItems], ['slim']),
        ephemeralTable(this, platform, [...readItems, ...writeItems]),
        tokenSecret(platform),
        quotas,
        zones(platform),
        { environment: { REGISTRATION: context.registration } },
      ],
    });
    new ApiFunction(this, 'Compute', {
      platform,
      api,
      name: 'compute',
      description: 'Instances: what is wanted',
      routes: apiFunctions.compute,
      links: [
        // An instance that is deleted is marked: the reconciler forgets it once its machine is gone. The names of
        // volumes that go with it are free at once, for which their claims are deleted.
        recordTable(this, platform, [...readItems, ...writeItems], ['slim', 'byName']),
        ephemeralTable(this, platform, [...requestItems, 'dynamodb:Query']),
        zones(platform),
        quotas,
        { environment: { AMI_ALLOW_LIST: JSON.stringify(context.amiAllowList) } },
      ],
    });
    new ApiFunction(this, 'Network', {
      platform,
      api,
      name: 'network',
      description: 'VPCs, subnets, security groups: what is wanted',
      routes: apiFunctions.network,
      links: [
        // Names of what is deleted are free at once; their records stay until the reconciler forgets them.
        recordTable(this, platform, [...readItems, ...writeItems], ['slim']),
        ephemeralTable(this, platform, requestItems),
        zones(platform),
        quotas,
      ],
    });
    new ApiFunction(this, 'Storage', {
      platform,
      api,
      name: 'storage',
      description: 'Volumes, snapshots and their schedules: what is wanted',
      routes: apiFunctions.storage,
      links: [
        recordTable(this, platform, [...readItems, ...writeItems], ['slim', 'byName']),
        ephemeralTable(this, platform, [...requestItems, 'dynamodb:Query']),
        zones(platform),
        quotas,
      ],
    });
    new ApiFunction(this, 'Automation', {
      platform,
      api,
      name: 'automation',
      description: 'Scaling groups and batch jobs: what is wanted',
      routes: apiFunctions.automation,
      links: [
        recordTable(this, platform, [...readItems, ...writeItems], ['slim']),
        ephemeralTable(this, platform, [...requestItems, 'dynamodb:Query']),
        zones(platform),
        quotas,
        { environment: { AMI_ALLOW_LIST: JSON.stringify(context.amiAllowList) } },
      ],
    });
    new ApiFunction(this, 'Secrets', {
      platform,
      api,
      name: 'secrets',
      description: 'Secrets of tenants; beside their worker it alone may use their key',
      routes: apiFunctions.secrets,
      links: [
        // A deleted secret's name is free at once; the record stays until it is purged. The oldest version goes with a new one.
        recordTable(this, platform, [...readItems, ...writeItems]),
        ephemeralTable(this, platform, [...requestItems, 'dynamodb:Query']),
        secretsKey(platform),
        quotas,
      ],
    });
    new ApiFunction(this, 'Integration', {
      platform,
      api,
      name: 'integration',
      description: 'Queues, topics, cron jobs and gateway routes',
      routes: apiFunctions.integration,
      links: [
        recordTable(this, platform, [...readItems, ...writeItems], ['slim']),
        ephemeralTable(this, platform, [...requestItems, 'dynamodb:Query']),
        quotas,
        fanOutQueue(this, platform),
        deliverQueue(this, platform),
        sealingSecret(platform),
        egressRanges(platform),
        tenantQueues(this, platform, [
          ...sendingToTenantQueues,
          'sqs:GetQueueAttributes',
          'sqs:PurgeQueue',
          'sqs:DeleteMessage',
          'sqs:ChangeMessageVisibility',
        ]),
      ],
    });
    new ApiFunction(this, 'Poll', {
      platform,
      api,
      name: 'poll',
      description: 'Receiving from queues, which may wait',
      routes: apiFunctions.poll,
      links: [
        recordTable(this, platform, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']),
        // Who waits holds a place of its tenant's.
        ephemeralTable(this, platform, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem']),
        tenantQueues(this, platform, ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility']),
      ],
    });
    new ApiFunction(this, 'Runtime', {
      platform,
      api,
      name: 'runtime',
      description: 'Functions: what is wanted, and running them',
      routes: apiFunctions.runtime,
      links: [
        recordTable(this, platform, [...readItems, ...writeItems], ['slim']),
        ephemeralTable(this, platform, [...requestItems, 'dynamodb:Query']),
        quotas,
        incomingCode(this, platform),
        functionInvocation(this, platform),
        invocationsQueue(this, platform),
      ],
    });
    new ApiFunction(this, 'Telemetry', {
      platform,
      api,
      name: 'telemetry',
      description: 'Console, logs and metrics of instances, read from AWS',
      routes: apiFunctions.telemetry,
      links: [
        recordTable(this, platform, readItems, ['byName']),
        ephemeralTable(this, platform, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem']),
        callBudgets(platform),
        workloadRole(platform),
        ec2Telemetry(),
      ],
    });
    new ApiFunction(this, 'Insight', {
      platform,
      api,
      name: 'insight',
      description: 'Health, metrics, API documentation, and the answer to unknown paths',
      routes: apiFunctions.insight,
      answersDefault: true,
      // Health looks at how late work is, metrics reads totals; public routes have a rate bucket for each address.
      links: [
        recordTable(this, platform, ['dynamodb:Query'], ['work']),
        ephemeralTable(this, platform, ['dynamodb:Query', 'dynamodb:UpdateItem']),
      ],
    });
  }
}
