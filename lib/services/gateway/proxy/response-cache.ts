import type { Clock } from '../../../platform/clock.ts';
import type { EgressResponse, HeaderList } from '../../../platform/egress/egress.ts';
import { ageOf, freshSeconds, varyOf } from './cache-control.ts';

/** Bytes of a body that is kept, and of all that one process keeps. */
const maxBodyBytes = 262_144;
const maxBytes = 16_777_216;
/** What an entry takes beside its body, roughly: headers and key. */
const overhead = 4_096;

interface Entry {
  key: string;
  vary: readonly (readonly [name: string, value: string])[];
  response: EgressResponse;
  storedAt: number;
  until: number;
  bytes: number;
}

const headerValue = (headers: HeaderList, wanted: string): string =>
  headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value)
    .join(',');

/** The answers that one process keeps, as their targets allow. Bounded in bytes; what was used longest ago goes first. */
export class ResponseCache {
  readonly #clock: Clock;
  /** By key; several where an answer varies. In the order of use. */
  readonly #entries = new Map<string, Entry[]>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param headers of the request @returns with `Age` set */
  get(key: string, headers: HeaderList): EgressResponse | undefined {
    const now = this.#clock.now();
    const entries = this.#entries.get(key);
    const entry = entries?.find(
      ({ vary, until }) => until > now && vary.every(([name, value]) => headerValue(headers, name) === value),
    );
    if (!entries || !entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entries);
    const age = Math.floor((now - entry.storedAt) / 1_000) + ageOf(entry.response.headers);
    const rest = entry.response.headers.filter(([name]) => name.toLowerCase() !== 'age');
    return { ...entry.response, headers: [...rest, ['Age', String(age)]], milliseconds: 0 };
  }

  /** Keeps an answer where it says so itself. */
  offer(key: string, headers: HeaderList, response: EgressResponse): void {
    const seconds = freshSeconds(response.status, response.headers);
    const names = varyOf(response.headers);
    if (seconds === 0 || !names || response.body.length > maxBodyBytes) return;
    const now = this.#clock.now();
    const vary = names.map((name) => [name, headerValue(headers, name)] as const);
    const same = JSON.stringify(vary);
    const others = (this.#entries.get(key) ?? []).filter(
      (entry) => entry.until > now && JSON.stringify(entry.vary) !== same,
    );
    this.#drop(key);
    const bytes = response.body.length + overhead;
    const entries = [
      ...others.slice(-7),
      { key, vary, response, storedAt: now, until: now + seconds * 1_000, bytes },
    ];
    this.#entries.set(key, entries);
    for (const entry of entries) this.#bytes += entry.bytes;
    while (this.#bytes > maxBytes) this.#drop(this.#entries.keys().next().value ?? '');
  }

  #drop(key: string): void {
    for (const { bytes } of this.#entries.get(key) ?? []) this.#bytes -= bytes;
    this.#entries.delete(key);
  }
}
