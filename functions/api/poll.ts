import { composePoll } from '../../lib/app/poll.ts';
import { serve } from '../../lib/app/serve.ts';
import { pollRoutes } from '../../lib/services/queues/receive-routes.ts';

export const handler = serve('api-poll', pollRoutes, composePoll);
