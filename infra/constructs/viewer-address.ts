import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { Platform } from './platform.ts';

/**
 * Tells the API who is calling, as `x-viewer-address: <ip>:<port>` in the form of `CloudFront-Viewer-Address`.
 *
 * CloudFront adds its own header only under an origin request policy that passes the viewer's `Host` on as well, and
 * an HTTP API refuses every host but its own. So the edge writes the address itself, over whatever a viewer sent
 * under that name. The port is not known there and stands as 0.
 *
 * A REST API gives a function a query decoded and out of its order, and no API is told the host that the viewer asked for; so
 * the edge also writes both as they were sent, as `x-viewer-query` and `x-viewer-host`.
 */
export const viewerAddress = (scope: Construct, { names }: Platform): EdgeFunction =>
  new EdgeFunction(scope, 'ViewerAddress', {
    functionName: `${names.prefix}-viewer-address`,
    comment: 'Writes the viewer address into the request',
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(
      `function handler(event) {
  event.request.headers['x-viewer-address'] = { value: event.viewer.ip + ':0' };
  event.request.headers['x-viewer-host'] = { value: event.request.headers.host.value };
  var query = event.request.rawQueryString();
  if (query) event.request.headers['x-viewer-query'] = { value: query };
  else delete event.request.headers['x-viewer-query'];
  return event.request;
}`,
    ),
  });
