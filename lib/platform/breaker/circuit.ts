import * as z from 'zod/mini';

/** `closed`: all goes through; `open`: nothing new; `half_open`: one at a time, as a probe, until one tells how it is. */
export const circuitStates = ['closed', 'open', 'half_open'] as const;

/** What is known of one backend's health. Times in milliseconds since the epoch. */
export const Circuit = z.object({
  state: z.enum(circuitStates),
  /** In a row, up to now. */
  failures: z.int(),
  /** When it was last opened. */
  opened_at: z.optional(z.int()),
  /** How often in a row it was opened: the pause doubles. */
  openings: z._default(z.int(), 0),
  /** Until when nothing, or nothing but the probe under way, goes through. */
  until: z.optional(z.int()),
  /** The failure that was last seen. */
  reason: z.optional(z.string()),
});
export type Circuit = z.infer<typeof Circuit>;

/** Failures in a row that open it. */
export const failuresToOpen = 5;
/** The first pause; each further one is twice as long. */
export const firstPauseMilliseconds = 30_000;
export const longestPauseMilliseconds = 300_000;
/** A probe that nothing is heard of for so long is given up for another. */
export const probeMilliseconds = 30_000;

export const closedCircuit: Circuit = { state: 'closed', failures: 0, openings: 0 };

const opened = ({ openings }: Circuit, failures: number, now: number, reason: string): Circuit => ({
  state: 'open',
  failures,
  openings: openings + 1,
  opened_at: now,
  until: now + Math.min(firstPauseMilliseconds * 2 ** openings, longestPauseMilliseconds),
  reason,
});

/** A call of the backend failed by the backend's own fault. */
export const afterFailure = (circuit: Circuit, now: number, reason: string): Circuit => {
  const failures = circuit.failures + 1;
  switch (circuit.state) {
    case 'closed':
      return failures < failuresToOpen
        ? { ...circuit, failures, reason }
        : opened(circuit, failures, now, reason);
    case 'half_open':
      return opened(circuit, failures, now, reason);
    // What was under way when it opened says nothing new.
    case 'open':
      return { ...circuit, failures, reason };
  }
};

/** A call of the backend was answered as it should be, be it with a refusal. */
export const afterSuccess = (): Circuit => closedCircuit;

/** How much new work may go through. */
export type Passage =
  | { may: 'all' }
  /** One, as a probe: `circuit` is to be written before it goes. */
  | { may: 'one'; circuit: Circuit }
  | { may: 'none'; until: number };

export const passageOf = (circuit: Circuit, now: number): Passage => {
  if (circuit.state === 'closed') return { may: 'all' };
  const until = circuit.until ?? 0;
  if (now < until) return { may: 'none', until };
  return { may: 'one', circuit: { ...circuit, state: 'half_open', until: now + probeMilliseconds } };
};
