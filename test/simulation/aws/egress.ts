/**
 * Stands in the place of `lib/platform/egress/egress.ts`: what the platform asks of tenants' targets goes to the run that is
 * under way. Names are not resolved, and no address is checked.
 */
import type { EgressRequest, EgressResponse } from '../../../lib/platform/egress/egress.ts';
import { sendToTarget } from '../engine/ambient.ts';

export const createEgress = () => ({
  fetch: (request: EgressRequest): Promise<EgressResponse> => sendToTarget(request),
});
