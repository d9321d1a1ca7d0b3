import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Credential } from '../auth/authenticator.ts';

const bearer = /^Bearer +(\S+)$/i;

/** `X-API-Key`, or else `Authorization: Bearer`; an empty key counts as none. Headers have lower-case names here. */
export const credentialOf = (headers: APIGatewayProxyEventV2['headers']): Credential | undefined => {
  const apiKey = headers['x-api-key'];
  if (apiKey) return { apiKey };
  const token = bearer.exec(headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : { bearer: token };
};
