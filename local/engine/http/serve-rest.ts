import type { IncomingMessage } from 'node:http';
import { localAccount } from '../account.ts';
import type { Answer } from './answer.ts';
import { gatewayFailure, toRestResponse } from './rest-answer.ts';
import type { RestApi } from './rest-api.ts';
import { toRestEvent } from './rest-event.ts';
import { withTimeout } from './with-timeout.ts';

/** Lambda takes events up to 6 MB, written as JSON. */
const maxEventBytes = 6 * 1024 * 1024;

/** A request through a REST API. @param request `body` is undefined where it is longer than the gateway takes */
export const serveRest = async (request: {
  api: RestApi;
  message: IncomingMessage;
  body: Buffer | undefined;
  path: string;
  rawQueryString: string;
  edgeHeaders: Record<string, string>;
  stage: string;
  requestId: string;
  now: number;
}): Promise<Answer> => {
  const { api, body, edgeHeaders, rawQueryString, requestId } = request;
  const found = api.stages.has(request.stage) && api.match(request.message.method ?? 'GET', request.path);
  if (!found) return gatewayFailure(api, 'MISSING_AUTHENTICATION_TOKEN', requestId);
  if (!body) return gatewayFailure(api, 'REQUEST_TOO_LARGE', requestId);
  // What the edge's own function writes: infra/constructs/viewer-address.ts.
  const throughEdge = Object.keys(edgeHeaders).length > 0;
  const event = toRestEvent({
    ...request,
    body,
    matched: found.matched,
    edgeHeaders: {
      ...edgeHeaders,
      ...(throughEdge && rawQueryString && { 'x-viewer-query': rawQueryString }),
    },
    apiId: api.id,
    binary: api.binary,
    account: localAccount,
  });
  if (Buffer.byteLength(JSON.stringify(event)) > maxEventBytes)
    return gatewayFailure(api, 'REQUEST_TOO_LARGE', requestId);
  const failed = () => gatewayFailure(api, 'API_CONFIGURATION_ERROR', requestId);
  return withTimeout(
    found.integration.target.invoke(event).then((result) => toRestResponse(result, api) ?? failed(), failed),
    found.integration.timeoutMilliseconds,
    () => gatewayFailure(api, 'INTEGRATION_TIMEOUT', requestId),
  );
};
