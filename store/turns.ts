/** Lets at most so many tasks run at once; the others wait in the order they came. */
export class Turns {
  readonly #places: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#places) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running += 1;
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  /** Resolves when nothing runs or waits. */
  async allDone(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((done) => this.#idle.push(done));
  }

  #next(): void {
    const go = this.#waiting.shift();
    // The place is handed over, so that nobody slips in between.
    if (go) return go();
    this.#running -= 1;
    if (this.#running === 0) for (const done of this.#idle.splice(0)) done();
  }
}
