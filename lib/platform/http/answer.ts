import type { Remembered } from '../idempotency/request.ts';
import { dressed, isBare, jsonContentType, type Meta, metaOf } from './envelope.ts';
import type { Exchange, HttpMiddleware, HttpRequest, Response } from './exchange.ts';
import { listHeaders } from './list-answer.ts';
import { outcomeOf } from './outcome.ts';
import { requestPath } from './paths.ts';
import type { RawAnswer } from './raw.ts';
import type { AnyRoute } from './route.ts';

/** A route, and whether what it creates has a place of its own. */
export type LocatedRoute = AnyRoute & { located?: boolean };

/** The response of a JSON answer, as new or as remembered. */
export const jsonResponse = (
  route: AnyRoute,
  exchange: Exchange,
  answer: Remembered & { meta: Meta; headers?: Record<string, string> },
): Response => {
  const { status, body, location, meta } = answer;
  const headers = { ...answer.headers, ...(location !== undefined && { Location: location }) };
  if (body === undefined) return { statusCode: status, headers };
  const bare = isBare(route.shape ?? 'envelope', exchange.userAgent);
  return {
    statusCode: status,
    headers: { 'Content-Type': jsonContentType, ...headers },
    body: bare ? body : dressed(body, meta),
  };
};

/**
 * The JSON answer that a handler's data becomes. A created resource is found below the path it was posted to
 * (`Location`), where the route says that there is such a place.
 */
export const answerOf = (route: LocatedRoute, { params }: Exchange, data: unknown): Remembered => {
  const { status } = route.responds;
  if (data === undefined) return { status };
  const body = JSON.stringify(data);
  const id = (data as { id?: unknown } | null)?.id;
  if (!route.located || typeof id !== 'string') return { status, body };
  return { status, body, location: `${requestPath(route.path, params)}/${id}` };
};

const rawResponse = (route: AnyRoute, raw: RawAnswer): Response => ({
  statusCode: raw.status ?? route.responds.status,
  headers: { ...(raw.contentType !== undefined && { 'Content-Type': raw.contentType }), ...raw.headers },
  ...(raw.multiValueHeaders && { multiValueHeaders: raw.multiValueHeaders }),
  body: raw.body,
  ...(raw.isBase64Encoded && { isBase64Encoded: true }),
});

/** Makes the response of what the handler gave: parsed with the route's schema, then dressed as its shape says. */
export const answer = (route: LocatedRoute): HttpMiddleware => {
  const shape = route.shape ?? 'envelope';
  const { status } = route.responds;

  const answerAfter = (request: HttpRequest) => {
    const { event } = request;
    const { exchange } = request.context;
    const { data, listed } = outcomeOf(route, request.response);
    if (shape === 'raw') {
      request.response = rawResponse(route, data as RawAnswer);
    } else if (shape === 'text') {
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      request.response = { statusCode: status, headers, body: data as string };
    } else {
      const answered = answerOf(route, exchange, data);
      exchange.answered = answered;
      const list = listed &&
        exchange.list && {
          list: exchange.list,
          bare: isBare(shape, exchange.userAgent),
          path: requestPath(route.path, exchange.params),
          rawQuery: event.rawQueryString,
        };
      request.response = jsonResponse(route, exchange, {
        ...answered,
        meta: metaOf(exchange, listed?.nextCursor),
        headers: list && listHeaders(listed, list),
      });
    }
  };

  return { after: answerAfter };
};
