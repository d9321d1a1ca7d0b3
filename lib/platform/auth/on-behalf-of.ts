import type { Caller } from '../http/caller.ts';

/** For whom the platform itself acts, and why. */
export interface Behalf {
  tenant: string;
  /** The user whose wish it goes back to; the action history shows it. Left out: nobody's, `platform`. */
  user?: string;
  /** The request, or else the event, that it goes back to. */
  requestId: string;
  /** Which of the platform's parts acts, for example `autoscaling`. */
  by: string;
  homeZone?: string;
  permissions?: readonly string[];
}

/** The platform as a caller of services, within one tenant. */
export const onBehalfOf = (
  { tenant, user = 'platform', requestId, by, homeZone, permissions = [] }: Behalf,
  signal: AbortSignal,
): Caller => ({
  requestId,
  signal,
  viewerAddress: '',
  userAgent: `thecloud-${by}`,
  principal: {
    tenant,
    user,
    role: 'platform',
    homeZone,
    permissions: new Set(permissions),
    credential: { kind: 'token', id: requestId },
  },
});
