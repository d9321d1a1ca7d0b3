import httpSecurityHeaders from '@middy/http-security-headers';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';

/** Names of directives that the official middleware sets by default and the contract does not. */
const unsetDirectives = {
  'base-uri': undefined,
  sandbox: undefined,
  'form-action': undefined,
  'frame-ancestors': undefined,
  'report-to': undefined,
  'require-trusted-types-for': undefined,
  'upgrade-insecure-requests': undefined,
};

/**
 * The security headers of contract 1.1, exactly those, on every answer. The official middleware can only switch
 * `X-XSS-Protection` off, where the contract wants `1; mode=block`.
 */
export const securityHeaders = (): HttpMiddleware => {
  const official = httpSecurityHeaders({
    contentSecurityPolicy: { ...unsetDirectives, 'default-src': "'self'" } as unknown as Record<
      string,
      string
    >,
    contentTypeOptions: { action: 'nosniff' },
    frameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true, preload: false },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: false,
    dnsPrefetchControl: false,
    downloadOptions: false,
    originAgentCluster: false,
    permissionsPolicy: false,
    permittedCrossDomainPolicies: false,
    reportingEndpoints: false,
    reportTo: false,
    xssProtection: false,
  }) as HttpMiddleware;

  const securityHeadersAfter = (request: HttpRequest) => {
    official.after?.(request);
    if (request.response) request.response.headers['X-XSS-Protection'] = '1; mode=block';
  };

  return { after: securityHeadersAfter, onError: securityHeadersAfter };
};
