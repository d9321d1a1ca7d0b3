import type { ErrorType } from '../errors/index.ts';
import type { AnyRoute } from '../http/route.ts';

/** Every error type that a route can answer with: its own, and those of the stack that its declaration asks for. */
export const errorsOf = (route: AnyRoute): ErrorType[] => {
  const types = new Set<ErrorType>([
    'INVALID_INPUT',
    'OBJECT_TOO_LARGE',
    'INTERNAL',
    'UNAVAILABLE',
    'FORBIDDEN',
  ]);
  if (route.permission !== 'public') types.add('UNAUTHORIZED');
  if (route.path.includes(':')) types.add('NOT_FOUND');
  if (route.rateLimit !== 'none') types.add('RATE_LIMITED');
  if (route.idempotent === true || route.idempotent === 'encrypted') types.add('IDEMPOTENCY_KEY_REUSED');
  for (const type of route.errors ?? []) types.add(type);
  return [...types].sort();
};
