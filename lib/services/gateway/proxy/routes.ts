import { RawAnswer } from '../../../platform/http/raw.ts';
import { route } from '../../../platform/http/route.ts';
import type { Gateway } from './gateway.ts';

const declare = route<{ gateway: Gateway }>();

export const proxyRoutes = [
  declare({
    method: 'ANY',
    path: '/gw/*',
    permission: 'public',
    shape: 'raw',
    takes: 'raw',
    idempotent: { exempt: 'what a request does is its target’s affair' },
    summary: 'Ask the target of a gateway route',
    description:
      'Path, query, headers and body go to the target of the route whose prefix is the longest that the path begins with; its answer comes back.',
    responds: { status: 200, body: RawAnswer },
    errors: ['NOT_FOUND', 'UNAUTHORIZED', 'BAD_GATEWAY', 'GATEWAY_TIMEOUT'],
    handle: ({ caller, raw }, { gateway }) => gateway.serve(caller, raw),
  }),
] as const;
