import { type Clock, systemClock } from '../clock.ts';
import { type NewId, newId } from '../ids.ts';
import type { Exchange, HttpMiddleware, HttpRequest } from './exchange.ts';

/** A caller's id is kept when it can't break a header or a log line. */
const sane = /^[\w.:/+=@-]{1,128}$/;

/** `meta.timestamp` of contract 1.2. */
const wholeSeconds = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** Never aborted: what a request has before Middy gives it a signal of its own. */
const unaborted = new AbortController().signal;

/**
 * Opens the exchange: request id (`X-Request-ID` is echoed where it is sane), time, caller's software. On the way out
 * every answer carries the id, and whatever headers the exchange has gathered.
 */
export const openExchange = (options: { clock?: Clock; newId?: NewId } = {}): HttpMiddleware => {
  const { clock = systemClock, newId: makeId = newId } = options;

  const openExchangeBefore = ({ event, context }: HttpRequest) => {
    const headers = event.headers ?? {};
    const asked = headers['x-request-id'];
    const exchange: Exchange = {
      requestId: asked !== undefined && sane.test(asked) ? asked : makeId(),
      timestamp: wholeSeconds(clock.now()),
      startedAt: performance.now(),
      signal: unaborted,
      viewerAddress: event.requestContext?.http?.sourceIp ?? '',
      userAgent: headers['user-agent'] ?? '',
      params: {},
      query: {},
      headers: {},
    };
    context.exchange = exchange;
  };

  const openExchangeAfter = ({ context, response }: HttpRequest) => {
    if (!response) return;
    response.headers ??= {};
    Object.assign(response.headers, context.exchange.headers);
    response.headers['X-Request-ID'] = context.exchange.requestId;
  };

  return { before: openExchangeBefore, after: openExchangeAfter, onError: openExchangeAfter };
};
