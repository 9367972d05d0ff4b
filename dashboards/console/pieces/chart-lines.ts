/** Epoch seconds, and the value there; null is a gap. */
export type Point = readonly [number, number | null];

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** What others are held against. */
  readonly dashed?: boolean;
}

export interface TimeMark {
  readonly at: number;
  readonly to?: number;
  readonly says: string;
}
