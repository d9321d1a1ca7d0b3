/** A word, a placeholder, a number or a sign of an expression. */
const pattern = /\s*(?:([A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>(),.[\]+-]))/y;

/** What is left to read of one expression. */
export class Tokens {
  readonly #all: string[];
  #at = 0;

  constructor(expression: string) {
    const all: string[] = [];
    pattern.lastIndex = 0;
    const text = expression.trimEnd();
    while (pattern.lastIndex < text.length) {
      const found = pattern.exec(text);
      if (!found) throw new Error(`not an expression: ${expression}`);
      all.push((found[1] ?? found[2] ?? found[3]) as string);
    }
    this.#all = all;
  }

  get next(): string | undefined {
    return this.#all[this.#at];
  }

  get following(): string | undefined {
    return this.#all[this.#at + 1];
  }

  take(): string {
    const token = this.#all[this.#at++];
    if (token === undefined) throw new Error('the expression ends too early');
    return token;
  }

  /** Takes a keyword or sign, where it is next. */
  skip(wanted: string): boolean {
    if (this.next?.toUpperCase() !== wanted) return false;
    this.#at++;
    return true;
  }

  expect(wanted: string): void {
    if (!this.skip(wanted)) throw new Error(`${wanted} expected, ${this.next} found`);
  }
}
