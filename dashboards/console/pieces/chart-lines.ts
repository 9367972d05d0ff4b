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

export interface ChartShape {
  readonly title: string;
  /** Label of the axis and of every value. */
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Epoch seconds of both ends of the axis: a day without data is seen as one. */
  readonly from: number;
  readonly to: number;
  readonly kind?: 'line' | 'bars' | 'stacked';
  readonly marks?: readonly TimeMark[];
  readonly height?: number;
}
