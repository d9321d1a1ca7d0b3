import { compilePattern, type Event } from '../../aws/events/index.ts';

/** A rule of a bus that waits for events. */
export interface BusRule {
  name: string;
  bus: string;
  pattern: unknown;
  targets: readonly ((event: Event) => void)[];
}

/** The event buses and their rules. */
export class EventBuses {
  readonly #buses = new Set<string>(['default']);
  readonly #rules = new Map<string, BusRule & { matches: (event: unknown) => boolean }>();

  add(bus: string): void {
    this.#buses.add(bus);
  }

  has(bus: string): boolean {
    return this.#buses.has(bus);
  }

  /** @throws PatternError where the pattern is none */
  addRule(rule: BusRule): void {
    this.#rules.set(`${rule.bus}/${rule.name}`, { ...rule, matches: compilePattern(rule.pattern) });
  }

  /**
   * Hands an event to the targets of all rules that match. When this returns, targets that are queues hold it on disk.
   * A bus that does not exist takes nothing, as on AWS.
   */
  deliver(bus: string, event: Event): void {
    for (const rule of this.#rules.values()) {
      if (rule.bus !== bus || !rule.matches(event)) continue;
      for (const send of rule.targets) send(event);
    }
  }
}
