import { constants } from 'node:zlib';
import httpContentEncoding from '@middy/http-content-encoding';
import httpContentNegotiation from '@middy/http-content-negotiation';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';

const negotiate = httpContentNegotiation({
  parseEncodings: true,
  availableEncodings: ['br', 'gzip'],
  parseCharsets: false,
  parseLanguages: false,
  parseMediaTypes: false,
  failOnMismatch: false,
}) as HttpMiddleware;

// Brotli's default, 11, takes a hundred times as long for a tenth less.
const encode = httpContentEncoding({
  br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  overridePreferredEncoding: ['br', 'gzip'],
}) as HttpMiddleware;

/** Compresses the response's body as the request's `Accept-Encoding` prefers (br, gzip), or leaves it as it is. */
export const compress = async (request: HttpRequest): Promise<void> => {
  await negotiate.before?.(request);
  await encode.after?.(request);
};
