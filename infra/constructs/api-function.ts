import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import type { AnyRoute } from '../../lib/platform/http/route.ts';
import { acknowledge } from '../acknowledge.ts';
import { publicUrl } from '../public-url.ts';
import type { Link } from './link.ts';
import { originSecretValue } from './links.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';

export interface ApiFunctionProps {
  platform: Platform;
  api: HttpApi;
  /** The bounded context, for example `compute`; its bundle is `api-compute`. */
  name: string;
  description: string;
  routes: readonly AnyRoute[];
  /** Also answers what no route matches. */
  answersDefault?: boolean;
  links: readonly Link[];
}

/** `/instances/:id` → `/instances/{id}`; a last `*` takes all that follows. */
export const gatewayPath = (path: string): string =>
  path.replace(/:([A-Za-z_]\w*)/g, '{$1}').replace(/\*$/, '{proxy+}');

/** What every function that answers requests is told. */
export const apiSettings = (platform: Platform): Link => ({
  environment: {
    ORIGIN_SECRET: originSecretValue(platform),
    ALLOWED_ORIGINS: JSON.stringify(platform.context.allowedOrigins),
    RATE_LIMIT: JSON.stringify(platform.context.rateLimit),
    AUTH_RATE_LIMIT: JSON.stringify(platform.context.authRateLimit),
    PUBLIC_URL: publicUrl(platform.context),
  },
});

/** Findings that no function behind an API Gateway can be without. */
export const acknowledgeApiFunction = (scope: Construct): void =>
  acknowledge(
    scope,
    'The gateway waits for the answer: nothing invokes this function asynchronously.',
    'Serverless-LambdaDLQ',
    'Serverless-LambdaAsyncFailureDestination',
  );

/** A function that serves a bounded context of the HTTP API: its routes, one integration, one permission for all. */
export class ApiFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id, {
      platform: props.platform,
      bundle: `api-${props.name}`,
      description: props.description,
      // The gateway gives up after 30 s (an HTTP API's hard limit): we answer first.
      timeoutSeconds: 29,
      memorySize: 512,
      links: [apiSettings(props.platform), ...props.links],
    });
    const integration = new HttpLambdaIntegration(`${id}Integration`, this.function, {
      // A function's resource policy may hold 20 KB: one permission for the API, not one for each route.
      scopePermissionToRoute: false,
    });
    const keys = props.routes.map((route) =>
      HttpRouteKey.with(gatewayPath(route.path), HttpMethod[route.method]),
    );
    if (props.answersDefault) keys.push(HttpRouteKey.DEFAULT);
    for (const routeKey of keys) {
      new HttpRoute(this, routeKey.key, { httpApi: props.api, routeKey, integration });
    }
    acknowledgeApiFunction(this);
    acknowledge(
      this,
      'Authentication is the function’s own: each route declares its permission, public ones stand in a committed list, and a test tries every route without a key.',
      'AwsSolutions-APIG4',
    );
  }
}
