import { LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { AnyRoute } from '../../lib/platform/http/route.ts';
import { acknowledgeApiFunction, apiSettings } from './api-function.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';
import type { RestGateway } from './rest-gateway.ts';

export interface RestFunctionProps {
  platform: Platform;
  gateway: RestGateway;
  /** The bounded context, for example `objects`; its bundle is `api-objects`. */
  name: string;
  description: string;
  /** All of one or more first segments (`/storage/…`), which are then this function's alone. */
  routes: readonly AnyRoute[];
  memorySize?: number;
  links: readonly Link[];
}

/** First segments of routes, each once: `gw` of `/gw/*`. */
export const firstSegments = (routes: readonly AnyRoute[]): string[] => [
  ...new Set(routes.map(({ path }) => path.split('/')[1] ?? '')),
];

/** A function behind the REST API: whatever is asked for below its first segments, by any method. Its own router does the rest. */
export class RestFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: RestFunctionProps) {
    super(scope, id, {
      platform: props.platform,
      bundle: `api-${props.name}`,
      description: props.description,
      // A REST API gives up after 29 s (its default limit): we answer first.
      timeoutSeconds: 28,
      memorySize: props.memorySize ?? 512,
      links: [apiSettings(props.platform), ...props.links],
    });
    const integration = new LambdaIntegration(this.function, {
      proxy: true,
      // A function's resource policy may hold 20 KB: one permission for the API, not one for each method.
      scopePermissionToMethod: false,
    });
    for (const segment of firstSegments(props.routes)) {
      const resource = props.gateway.api.root.addResource(segment);
      resource.addMethod('ANY', integration);
      resource.addProxy({ anyMethod: true, defaultIntegration: integration });
    }
    acknowledgeApiFunction(this);
  }
}
