import { constants } from 'node:zlib';
import httpContentEncoding from '@middy/http-content-encoding';
import httpContentNegotiation from '@middy/http-content-negotiation';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';

/** Characters; a smaller body fits a packet or two as it is, and costs more to compress than to send. */
const largeBody = 1_024;

/**
 * Compresses larger bodies as `Accept-Encoding` prefers (br, gzip). The header is negotiated only once a body turned
 * out to be large, which spares nearly all requests the work.
 */
export const encoding = (): HttpMiddleware => {
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

  const encodingAfter = (request: HttpRequest) => {
    const { response } = request;
    if (typeof response?.body !== 'string' || response.body.length <= largeBody) return;
    negotiate.before?.(request);
    return encode.after?.(request);
  };

  return { after: encodingAfter, onError: encodingAfter };
};
