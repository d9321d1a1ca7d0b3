import type { Breakers } from '../../platform/breaker/breakers.ts';
import type { CircuitBreaker } from './schema.ts';

/** The backends that have a circuit breaker. */
export const guardedBackends = ['ec2'] as const;
export type GuardedBackend = (typeof guardedBackends)[number];

const iso = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();

/** The circuit breakers, for administrators. */
export const createCircuitBreakers = (breakers: Pick<Breakers, 'list'>) => ({
  async list(signal: AbortSignal): Promise<CircuitBreaker[]> {
    const circuits = await breakers.list(guardedBackends, signal);
    return circuits.map((circuit) => ({
      ...circuit,
      opened_at: iso(circuit.opened_at),
      until: iso(circuit.until),
    }));
  },
});

export type CircuitBreakers = ReturnType<typeof createCircuitBreakers>;
