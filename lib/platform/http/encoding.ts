import type { HttpMiddleware, HttpRequest } from './exchange.ts';

/** Characters; a smaller body fits a packet or two as it is, and costs more to compress than to send. */
const largeBody = 1_024;

/**
 * Compresses larger bodies as `Accept-Encoding` prefers. What negotiates and compresses is loaded with the first body that
 * is large and may be compressed, which spares nearly all requests, and cold starts, the work.
 */
export const encoding = (): HttpMiddleware => {
  const encodingAfter = async (request: HttpRequest): Promise<void> => {
    const { event, response } = request;
    if (typeof response?.body !== 'string' || response.body.length <= largeBody) return;
    if (response.isBase64Encoded || !event.headers?.['accept-encoding']) return;
    const { compress } = await import('./compress.ts');
    await compress(request);
  };

  return { after: encodingAfter, onError: encodingAfter };
};
