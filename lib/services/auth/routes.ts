import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import type { ApiKeys } from './api-keys.ts';
import {
  ApiKey,
  CreateApiKey,
  ForgotPassword,
  JsonWebKeySet,
  LoggedIn,
  Login,
  Message,
  Register,
  ResetPassword,
  TokenAnswer,
  TokenRequest,
  User,
} from './schema.ts';
import type { Auth } from './service.ts';

const declare = route<{ auth: Auth; apiKeys: ApiKeys }>();

const noKeptAnswer = {
  exempt: 'a credential is proved and a fresh one made; nothing of it may be kept to be replayed',
};

export const authRoutes = [
  declare({
    method: 'POST',
    path: '/auth/register',
    permission: 'public',
    rateLimit: 'auth',
    idempotent: true,
    body: Register,
    responds: { status: 201, body: User },
    errors: ['FORBIDDEN'],
    summary: 'Register a user',
    handle: ({ body, caller }, { auth }) => auth.register(caller, body),
  }),
  declare({
    method: 'POST',
    path: '/auth/login',
    permission: 'public',
    rateLimit: 'auth',
    idempotent: noKeptAnswer,
    body: Login,
    responds: { status: 200, body: LoggedIn },
    summary: 'Log in, and get a new API key',
    handle: ({ body, caller }, { auth }) => auth.login(caller, body),
  }),
  declare({
    method: 'POST',
    path: '/auth/token',
    permission: 'public',
    rateLimit: 'auth',
    idempotent: noKeptAnswer,
    body: TokenRequest,
    responds: { status: 200, body: TokenAnswer },
    summary: 'Exchange a password, an API key or a refresh token for an access token',
    handle: ({ body, caller }, { auth }) => auth.issueTokens(caller, body),
  }),
  declare({
    method: 'POST',
    path: '/auth/forgot-password',
    permission: 'public',
    rateLimit: 'auth',
    idempotent: { exempt: 'a repeat sends a further mail, as its sender wants' },
    body: ForgotPassword,
    responds: { status: 200, body: Message },
    summary: 'Ask for a password-reset mail',
    handle: async ({ body, caller }, { auth }) => {
      await auth.forgotPassword(caller, body.email);
      return { message: 'If the e-mail is registered, a reset token is on its way.' };
    },
  }),
  declare({
    method: 'POST',
    path: '/auth/reset-password',
    permission: 'public',
    rateLimit: 'auth',
    idempotent: { exempt: 'the token in the request is spent by its first use' },
    body: ResetPassword,
    responds: { status: 200, body: Message },
    summary: 'Set a new password with a reset token',
    handle: async ({ body, caller }, { auth }) => {
      await auth.resetPassword(caller, body);
      return { message: 'The password was changed.' };
    },
  }),
  declare({
    method: 'GET',
    path: '/.well-known/jwks.json',
    permission: 'public',
    shape: 'bare',
    responds: { status: 200, body: JsonWebKeySet },
    summary: 'Public keys of the access tokens',
    handle: ({ caller }, { auth }) => auth.publishedKeys(caller),
  }),
  declare({
    method: 'POST',
    path: '/auth/keys',
    permission: 'authenticated',
    idempotent: 'encrypted',
    body: CreateApiKey,
    responds: { status: 201, body: ApiKey },
    errors: ['FORBIDDEN'],
    summary: 'Create an API key; it is shown once',
    handle: ({ body, caller }, { apiKeys }) => apiKeys.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/auth/keys',
    permission: 'authenticated',
    list: { sortBy: ['name', 'createdAt'] },
    responds: { status: 200, body: z.array(ApiKey) },
    summary: 'List API keys, masked, with their last use',
    handle: ({ caller, list }, { apiKeys }) => apiKeys.list(caller, list),
  }),
  declare({
    method: 'DELETE',
    path: '/auth/keys/:id',
    permission: 'authenticated',
    idempotent: true,
    responds: { status: 204, body: 'empty' },
    errors: ['OBJECT_NOT_FOUND', 'FORBIDDEN'],
    summary: 'Revoke an API key',
    handle: ({ params, caller }, { apiKeys }) => apiKeys.revoke(caller, String(params.id)),
  }),
  ...(['rotate', 'regenerate'] as const).map((verb) =>
    declare({
      method: 'POST',
      path: `/auth/keys/:id/${verb}`,
      permission: 'authenticated',
      idempotent: 'encrypted',
      responds: { status: 200, body: ApiKey },
      errors: ['OBJECT_NOT_FOUND', 'FORBIDDEN'],
      summary: 'Replace an API key; the old one dies at once',
      handle: ({ params, caller }, { apiKeys }) => apiKeys.rotate(caller, String(params.id)),
    }),
  ),
];
