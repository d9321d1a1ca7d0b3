import type { Clock } from '../clock.ts';
import type { Item, Key, Tables } from '../table/types.ts';
import { afterFailure, afterSuccess, Circuit, closedCircuit, type Passage, passageOf } from './circuit.ts';

const partition = 'CIRCUIT';

/** In the ephemeral table: how one backend is. Absent: closed. */
export const circuitKey = (backend: string): Key => ({ table: 'ephemeral', pk: partition, sk: backend });

/** A circuit that nobody has touched for a day is closed. */
const keepSeconds = 86_400;
/** For so long a process takes what it last saw of a circuit for true before it reports a success. */
const freshMilliseconds = 5_000;

/** Somebody else has written the circuit since it was read. */
class CircuitMoved extends Error {}

/** More than this at once on one circuit, and a report is dropped: the others have said the same. */
const maxTries = 5;

interface Read {
  circuit: Circuit;
  revision: number;
}

const readItem = (item: Item | undefined): Read => ({
  circuit: item ? Circuit.parse(item) : closedCircuit,
  revision: typeof item?.revision === 'number' ? item.revision : 0,
});

/** Circuits that a process remembers: of our own backends there are few, of tenants' endpoints any number. */
const maxSeen = 10_000;

const isWell = (circuit: Circuit): boolean => circuit.state === 'closed' && circuit.failures === 0;

export interface BreakersOptions {
  tables: Pick<Tables, 'get' | 'write'>;
  clock: Clock;
  /** Where a circuit is kept; of our own backends by default. */
  keyOf?: (backend: string) => Key;
}

/**
 * Circuit breakers, one for each backend, shared by all functions. Those who call the backend report how it went; those who
 * have work in store ask before they release more of it. A backend that is well costs one read in five seconds of a
 * process, and no write.
 */
export const createBreakers = ({ tables, clock, keyOf = circuitKey }: BreakersOptions) => {
  const seen = new Map<string, { isWell: boolean; at: number }>();
  const note = (backend: string, circuit: Circuit): void => {
    if (seen.size >= maxSeen) seen.clear();
    seen.set(backend, { isWell: isWell(circuit), at: clock.now() });
  };

  const read = async (backend: string, signal?: AbortSignal): Promise<Read> => {
    const found = readItem(await tables.get(keyOf(backend), { consistent: true, signal }));
    note(backend, found.circuit);
    return found;
  };

  const write = async (backend: string, { revision }: Read, circuit: Circuit, signal?: AbortSignal) => {
    const expires_at = Math.ceil(clock.now() / 1_000) + keepSeconds;
    await tables.write(
      {
        put: { ...keyOf(backend), ...circuit, revision: revision + 1, expires_at },
        when:
          revision === 0
            ? { expression: 'attribute_not_exists(#revision)', names: { '#revision': 'revision' } }
            : {
                expression: '#revision = :revision',
                names: { '#revision': 'revision' },
                values: { ':revision': revision },
              },
        otherwise: () => new CircuitMoved(),
      },
      { signal },
    );
    note(backend, circuit);
  };

  /** @returns false where others wrote each time in between, or nothing is to be written */
  const change = async (
    backend: string,
    next: (circuit: Circuit) => Circuit | undefined,
    signal?: AbortSignal,
  ): Promise<boolean> => {
    for (let tries = 1; tries <= maxTries; tries++) {
      const found = await read(backend, signal);
      const circuit = next(found.circuit);
      if (!circuit) return false;
      try {
        await write(backend, found, circuit, signal);
        return true;
      } catch (error) {
        if (!(error instanceof CircuitMoved)) throw error;
      }
    }
    return false;
  };

  return {
    /** The backend did not do what it should, by its own fault. */
    async failed(backend: string, reason: string, signal?: AbortSignal): Promise<void> {
      await change(backend, (circuit) => afterFailure(circuit, clock.now(), reason), signal);
    },

    /** The backend answered. */
    async succeeded(backend: string, signal?: AbortSignal): Promise<void> {
      const known = seen.get(backend);
      if (known?.isWell && clock.now() - known.at < freshMilliseconds) return;
      await change(backend, (circuit) => (isWell(circuit) ? undefined : afterSuccess()), signal);
    },

    /** How much may be released now. A probe is claimed for who asks, and for nobody else. */
    async passage(backend: string, signal?: AbortSignal): Promise<Passage> {
      const found = await read(backend, signal);
      const passage = passageOf(found.circuit, clock.now());
      if (passage.may !== 'one') return passage;
      try {
        await write(backend, found, passage.circuit, signal);
        return passage;
      } catch (error) {
        if (!(error instanceof CircuitMoved)) throw error;
        return { may: 'none', until: clock.now() + freshMilliseconds };
      }
    },

    /** How each of these backends is. */
    list: (backends: readonly string[], signal?: AbortSignal): Promise<(Circuit & { backend: string })[]> =>
      Promise.all(backends.map(async (backend) => ({ backend, ...(await read(backend, signal)).circuit }))),
  };
};

export type Breakers = ReturnType<typeof createBreakers>;
