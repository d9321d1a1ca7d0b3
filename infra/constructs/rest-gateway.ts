import { EndpointType, GatewayResponse, ResponseType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Platform } from './platform.ts';

/** The one stage. CloudFront puts it before every path (its origin path), so functions see paths as they were sent. */
export const restStage = 'edge';

/**
 * An error envelope (contract 1.2) as a template of the gateway. Its time can't be written as the contract writes times, so
 * `meta` has the request id alone.
 */
const envelope = (type: string, message: string): string =>
  `{"error":{"type":"${type}","message":"${message}","code":"${type}"},"meta":{"request_id":"$context.requestId"}}`;

/** What the gateway answers without asking a function, by its own name for it. */
const responses: readonly [ResponseType, status: string | undefined, type: string, message: string][] = [
  // What the gateway calls so is a path that it has no resource for.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, '404', 'NOT_FOUND', 'there is no such route'],
  [ResponseType.RESOURCE_NOT_FOUND, '404', 'NOT_FOUND', 'there is no such route'],
  [
    ResponseType.REQUEST_TOO_LARGE,
    '413',
    'OBJECT_TOO_LARGE',
    'a request body can have at most 4500000 bytes; larger objects go through presigned URLs',
  ],
  [ResponseType.THROTTLED, '429', 'RATE_LIMITED', 'too many requests'],
  [ResponseType.INTEGRATION_TIMEOUT, '504', 'GATEWAY_TIMEOUT', 'the request took too long'],
  [ResponseType.INTEGRATION_FAILURE, '503', 'UNAVAILABLE', 'a service that this needs is not available'],
  [ResponseType.DEFAULT_4XX, undefined, 'INVALID_INPUT', 'the request can not be served'],
  [ResponseType.DEFAULT_5XX, undefined, 'INTERNAL', 'internal error'],
];

const headers = {
  'Access-Control-Allow-Origin': "'*'",
  'X-Request-ID': 'context.requestId',
  'X-Content-Type-Options': "'nosniff'",
};

/**
 * The REST API before functions that take bodies and paths as they were sent: an HTTP API hands some content types over as
 * text, which spoils other bytes, and decodes paths. Here every body is base64, and every path is left alone.
 */
export class RestGateway extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, { context, names }: Platform) {
    super(scope, id);
    this.api = new RestApi(this, 'Api', {
      restApiName: `${names.prefix}-binary`,
      description: 'Objects and the tenants’ gateway routes: any bytes, any path',
      binaryMediaTypes: ['*/*'],
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      cloudWatchRole: false,
      deployOptions: {
        stageName: restStage,
        throttlingRateLimit: context.apiThrottle.requestsPerSecond,
        throttlingBurstLimit: context.apiThrottle.burst,
        tracingEnabled: context.tracing,
      },
    });
    for (const [type, statusCode, errorType, message] of responses) {
      new GatewayResponse(this, type.responseType, {
        restApi: this.api,
        type,
        statusCode,
        responseHeaders: headers,
        templates: { 'application/json': envelope(errorType, message) },
      });
    }
    this.acknowledgeFindings(context.tracing);
  }

  private acknowledgeFindings(tracing: boolean): void {
    if (!tracing)
      acknowledge(this, 'The operator turned tracing off: context `tracing`.', 'Serverless-APIGWXrayEnabled');
    acknowledge(
      this,
      'A REST API writes its logs through one role for all APIs of the account, which is not ours to set. CloudFront and the functions log every request, the functions with the request id that its answer has.',
      'AwsSolutions-APIG1',
      'AwsSolutions-APIG6',
      'Serverless-APIGWAccessLogging',
    );
    acknowledge(
      this,
      'What is asked for belongs to a tenant: its own rules hold for it, in the function.',
      'AwsSolutions-APIG2',
    );
    acknowledge(
      this,
      'Only the edge can call: the function refuses requests without its secret header, and a firewall stands before the edge where the operator wants one.',
      'AwsSolutions-APIG3',
    );
    acknowledge(
      this,
      'Authentication is the function’s own: each route declares its permission, public ones stand in a committed list, and a test tries every route without a key.',
      'AwsSolutions-APIG4',
      'AwsSolutions-COG4',
    );
  }
}
