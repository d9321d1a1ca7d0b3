import type { Authenticator } from '../auth/authenticator.ts';
import { permits } from '../auth/principal.ts';
import { CloudError } from '../errors/index.ts';
import { credentialOf } from './credential.ts';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';

/** Finds out who is calling. @throws CloudError `UNAUTHORIZED` */
export const authenticate = (options: { authenticator: Authenticator }): HttpMiddleware => {
  const authenticateBefore = async ({ event, context }: HttpRequest) => {
    const credential = credentialOf(event.headers);
    if (!credential) throw new CloudError('UNAUTHORIZED', 'an API key or a bearer token is required');
    const { exchange } = context;
    exchange.principal = await options.authenticator.authenticate(credential, exchange.signal);
  };

  return { before: authenticateBefore };
};

/** Lets pass who has the route's permission. @throws CloudError `FORBIDDEN` */
export const authorize = (options: { permission: string }): HttpMiddleware => {
  const { permission } = options;

  const authorizeBefore = ({ context }: HttpRequest) => {
    const { principal } = context.exchange;
    if (principal && permits(principal.permissions, permission)) return;
    throw new CloudError('FORBIDDEN', `this needs the permission ${permission}`);
  };

  return { before: authorizeBefore };
};
