import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { CircuitBreaker } from './schema.ts';
import type { CircuitBreakers } from './service.ts';

const listBreakers = route<{ circuitBreakers: CircuitBreakers }>()({
  method: 'GET',
  path: '/admin/circuit-breakers',
  permission: '*',
  summary: 'List the circuit breakers of backends',
  description: 'While one is open, batch jobs begin nothing new that needs the backend. It closes by itself.',
  responds: { status: 200, body: z.array(CircuitBreaker) },
  handle: ({ caller }, { circuitBreakers }) => circuitBreakers.list(caller.signal),
});

export const circuitBreakerRoutes = [listBreakers] as const;
