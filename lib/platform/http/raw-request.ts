import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as it was sent, as far as the edge lets it through. */
export interface RawRequest {
  method: string;
  /** Still percent-encoded. */
  path: string;
  /** Without the `?`; empty where there is none. */
  rawQuery: string;
  /** Names in lower case; repeated ones in their order. What the edge adds for the platform itself is not among them. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
  /** The host that the caller asked for; the gateway behind the edge has another. */
  host: string;
}

/** Headers between edge and platform. The first is a secret, and leaves the platform with no request. */
const ofTheEdge = new Set(['x-origin-verify', 'x-viewer-address', 'x-viewer-host', 'x-viewer-query']);

type Event = APIGatewayProxyEventV2 & { multiValueHeaders?: Record<string, string[] | undefined> };

/** The raw request in an event; a body is decoded where the event says that it is base64. */
export const rawRequestOf = (event: Event): RawRequest => {
  const { body, isBase64Encoded, rawPath, rawQueryString, requestContext } = event;
  const several = event.multiValueHeaders ?? {};
  const names = Object.keys(several).length > 0 ? several : event.headers;
  const headers = Object.keys(names)
    .filter((name) => !ofTheEdge.has(name.toLowerCase()))
    .flatMap((name) =>
      (several[name] ?? [event.headers[name] ?? '']).map((value) => [name.toLowerCase(), value] as const),
    );
  return {
    method: requestContext.http.method,
    path: rawPath,
    rawQuery: rawQueryString,
    headers,
    host: event.headers['x-viewer-host'] ?? event.headers.host ?? '',
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
};
