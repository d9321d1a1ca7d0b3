import type { HeaderList } from '../../../platform/egress/egress.ts';
import { withoutPrototype } from '../../../platform/without-prototype.ts';

/** Headers of one connection, not of the message. RFC 9110, 7.6.1, and what older software still sends. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Lower-case names that a message's own `Connection` headers declare to be of the connection. */
const namedByConnection = (headers: HeaderList): Set<string> =>
  new Set(
    headers
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase())),
  );

/** Set anew for the target, or of no use to it: framing, and what the edge and its gateway say of the request. */
const replaced = new Set([
  'host',
  'content-length',
  'expect',
  'forwarded',
  'via',
  'x-request-id',
  'x-real-ip',
  'x-amzn-trace-id',
  'x-amz-cf-id',
]);

const ofTheEdge = (name: string): boolean =>
  replaced.has(name) || name.startsWith('x-forwarded-') || name.startsWith('cloudfront-');

/** A key of the platform (contract 1.1). It opens all that its owner has, and is no target's business. */
const isPlatformKey = (value: string): boolean => /^\s*thecloud_/i.test(value);

/** How a request came to the platform. */
export interface Forwarding {
  viewerAddress: string;
  /** Host and scheme that the caller asked for. */
  host: string;
  scheme: string;
  requestId: string;
  /** What was taken off the path. */
  strippedPrefix?: string;
  /** The route asks for a key of the platform, so a key is never the target's. */
  requiresKey: boolean;
}

/**
 * What a target is sent of a request's headers: all but those of the connection, the platform's keys, and what only the
 * edge can know. `X-Forwarded-*` says what the edge knows; what a caller wrote there is not passed on, as nobody could tell it apart.
 */
export const requestHeaders = (headers: HeaderList, forwarding: Forwarding): HeaderList => {
  const { viewerAddress, host, scheme, requestId, strippedPrefix, requiresKey } = forwarding;
  const named = namedByConnection(headers);
  const kept = headers.filter(([given, value]) => {
    const name = given.toLowerCase();
    if (hopByHop.has(name) || named.has(name) || ofTheEdge(name)) return false;
    return name !== 'x-api-key' || !(requiresKey || isPlatformKey(value));
  });
  return [
    ...kept,
    ['X-Forwarded-For', viewerAddress],
    ['X-Forwarded-Host', host],
    ['X-Forwarded-Proto', scheme],
    ...(strippedPrefix ? ([['X-Forwarded-Prefix', strippedPrefix]] as const) : []),
    ['X-Request-ID', requestId],
  ];
};

/** Headers of an answer that would act on the whole host, which is the platform's and every other tenant's. */
const ofTheHost = new Set([
  'alt-svc',
  'clear-site-data',
  'content-length',
  'public-key-pins',
  'service-worker-allowed',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
  'x-request-id',
]);

/**
 * A page of a tenant stands on the platform's own host. In a sandbox it has an origin of its own, so that its scripts reach
 * neither the console's storage nor other tenants' pages.
 */
const sandbox = 'sandbox allow-downloads allow-forms allow-popups allow-scripts';
const platformPolicy = "default-src 'self'";

/** What a caller is sent of an answer's headers: names in lower case, each with all of its values. */
export const responseHeaders = (headers: HeaderList): Record<string, string[]> => {
  const named = namedByConnection(headers);
  const kept = withoutPrototype<string[]>();
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (hopByHop.has(name) || named.has(name) || ofTheHost.has(name)) continue;
    kept[name] = [...(kept[name] ?? []), value];
  }
  // All policies hold, so a target can only narrow what the platform says.
  kept['content-security-policy'] = [platformPolicy, sandbox, ...(kept['content-security-policy'] ?? [])];
  return kept;
};
