import { createHash, timingSafeEqual } from 'node:crypto';
import { CloudError } from '../errors/index.ts';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** CloudFront sends `address:port`, for IPv6 too. */
const withoutPort = (address: string): string => address.slice(0, address.lastIndexOf(':'));

/**
 * Takes the viewer's address from the edge, and lets nobody go round the edge: with a secret set, a request without
 * that secret in `x-origin-verify` is refused. Without one (no edge) the address is that of the connection.
 */
export const origin = (options: { secret: string }): HttpMiddleware => {
  const expected = options.secret === '' ? undefined : digest(options.secret);

  const originBefore = ({ event, context }: HttpRequest) => {
    if (!expected) return;
    const given = event.headers['x-origin-verify'] ?? '';
    // Digests are equally long whatever was sent, so neither content nor length shows in the time.
    if (!timingSafeEqual(digest(given), expected)) {
      throw new CloudError('FORBIDDEN', 'requests are served through the public address only', {
        internal: given === '' ? 'no origin secret' : 'wrong origin secret',
      });
    }
    // The edge's own function writes it, in CloudFront's form: infra/constructs/viewer-address.ts says why.
    const viewer = event.headers['x-viewer-address'] ?? event.headers['cloudfront-viewer-address'];
    if (viewer) context.exchange.viewerAddress = withoutPort(viewer);
  };

  return { before: originBefore };
};
