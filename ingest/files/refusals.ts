import { limits } from '../../domain/limits.ts';
import type { ProblemCode } from '../../domain/problems.ts';

/** What was not taken of a file, for one reason. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Rows or values. */
  readonly count: number;
  /** Numbers of the first lines. */
  readonly lines: readonly number[];
}

/** Collects what is refused: all of it is counted, and as many reasons are kept as a person can read. */
export class Refusals {
  readonly #reasons = new Map<string, { code: ProblemCode; detail: string; count: number; lines: number[] }>();
  #count = 0;
  #unkept = 0;

  add(line: number, code: ProblemCode, detail: string): void {
    this.#count++;
    const key = `${code} ${detail}`;
    const known = this.#reasons.get(key);
    if (known) {
      known.count++;
      if (known.lines.length < limits.importLinesPerReason && known.lines.at(-1) !== line) known.lines.push(line);
    } else if (this.#reasons.size < limits.importReasons) {
      this.#reasons.set(key, { code, detail, count: 1, lines: [line] });
    } else this.#unkept++;
  }

  /** Everything refused. */
  get count(): number {
    return this.#count;
  }

  /** Refused for reasons beyond those that are kept. */
  get unkept(): number {
    return this.#unkept;
  }

  list(): readonly Refusal[] {
    return [...this.#reasons.values()];
  }
}
