import type { Random } from './random.ts';

/** How likely each thing is to go wrong, from 0 to 1. A seed draws its own: a run in which all is at its worst finds little. */
export interface Rates {
  /** A request is refused for want of budget, and has no effect. */
  throttle: number;
  /** A request fails before it has its effect. */
  failBefore: number;
  /** A request has its effect and answers with a server error. */
  failAfter: number;
  /** A request has its effect, and nobody hears of it. */
  loseAnswer: number;
  /** A request is on its way for seconds. */
  slow: number;
  /** A process dies as it sends a request, and before the request is sent. */
  crashBefore: number;
  /** A process dies when the effect of its request is there, and before it knows. */
  crashAfter: number;
  /** A queue hands out a message that it has handed out already. */
  duplicate: number;
  /** A message or a stream record is minutes late. */
  late: number;
  /** An event of the cloud is lost. */
  loseEvent: number;
  /** Some entries of a batch are refused. */
  partial: number;
  /** A machine dies behind our back; for each minute. */
  killMachine: number;
  /** A boot fails after it was accepted. */
  failBoot: number;
  /** A new execution environment is started though an old one is free. */
  coldStart: number;
  /** A query's page ends early. */
  shortPage: number;
  /** The target of a tenant answers that it can not. */
  failTarget: number;
}

export type Mischief = keyof Rates;

const worst: Rates = {
  throttle: 0.05,
  failBefore: 0.03,
  failAfter: 0.02,
  loseAnswer: 0.02,
  slow: 0.02,
  crashBefore: 0.004,
  crashAfter: 0.006,
  duplicate: 0.15,
  late: 0.05,
  loseEvent: 0.4,
  partial: 0.1,
  killMachine: 0.15,
  failBoot: 0.1,
  coldStart: 0.1,
  shortPage: 0.2,
  failTarget: 0.4,
};

/** Chance as the adversary of a run. */
export class Chaos {
  readonly random: Random;
  readonly rates: Rates;
  /** The greatest time in milliseconds by which a clock is wrong. */
  readonly skewMilliseconds: number;
  /** How far replicas lag behind at most, in milliseconds. */
  readonly lagMilliseconds: number;
  /** Nothing goes wrong any more once this is false: then everything must come to rest. */
  active = true;

  /** @param isCalm whether nothing goes wrong by chance; left out, a tenth of the seeds are calm */
  constructor(random: Random, isCalm?: boolean) {
    this.random = random;
    const calm = isCalm ?? random.chance(0.1);
    const drawn = Object.entries(worst).map(([name, rate]): [string, number] => [
      name,
      calm || random.chance(0.35) ? 0 : rate * random.unit(),
    ]);
    this.rates = Object.fromEntries(drawn) as unknown as Rates;
    this.skewMilliseconds = !isCalm && random.chance(0.5) ? random.between(0, 2_000) : 0;
    this.lagMilliseconds = !isCalm && random.chance(0.7) ? random.between(0, 3_000) : 0;
  }

  strikes(what: Mischief): boolean {
    return this.active && this.random.chance(this.rates[what]);
  }

  /** How long a message is on its way, in milliseconds. */
  latency(): number {
    const { random } = this;
    if (this.strikes('slow')) return random.between(500, 9_000);
    return random.chance(0.9) ? random.between(1, 15) : random.between(15, 200);
  }

  lag(): number {
    return this.active && this.lagMilliseconds > 0 ? this.random.between(0, this.lagMilliseconds) : 0;
  }

  skew(): number {
    const most = this.skewMilliseconds;
    return most === 0 ? 0 : this.random.between(-most, most);
  }
}
