import type { CloudError } from '../errors/index.ts';
import type { Exchange } from './exchange.ts';
import type { Shape } from './route.ts';

export const jsonContentType = 'application/json; charset=utf-8';

/** What an answer says of itself. A replayed one says what it said the first time. */
export interface Meta {
  request_id: string;
  timestamp: string;
  next_cursor?: string;
}

export const metaOf = (exchange: Exchange, nextCursor?: string): Meta => ({
  request_id: exchange.requestId,
  timestamp: exchange.timestamp,
  ...(nextCursor !== undefined && { next_cursor: nextCursor }),
});

/** The Go SDK decodes the `split` resources bare, and sends nothing else to tell it by (contract 1.2). */
const isGoSdk = (userAgent: string): boolean => userAgent.startsWith('go-resty/');

/** Whether an answer of this shape is the thing itself. */
export const isBare = (shape: Shape, userAgent: string): boolean =>
  shape === 'bare' || (shape === 'split' && isGoSdk(userAgent));

/** @param data JSON text */
export const dressed = (data: string, meta: Meta): string =>
  `{"data":${data},"meta":${JSON.stringify(meta)}}`;

/** The part of an error that a caller is shown (contract 1.2); `code` always equals `type`. */
export const publicError = ({ type, message, issues }: CloudError): string =>
  JSON.stringify({ type, message, code: type, ...(issues.length > 0 && { details: issues }) });

/** @param error JSON text of the public part */
export const errorEnvelope = (error: string, meta: Meta): string =>
  `{"error":${error},"meta":${JSON.stringify(meta)}}`;
