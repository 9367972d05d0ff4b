import { type Markup, markup } from './markup.ts';

const [width, height, middle] = [110, 12, 6];

/** kWh a year; null where it is not known. */
export interface BarOfSaving {
  readonly saved: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly expected: number | null;
}

/**
 * What a meter shows as a line from low to high with its mark, over a grey bar as long as what was expected; all on one
 * scale from nothing, which is the upright line. Empty where nothing is known.
 */
export function savingBar({ saved, expected, ...ends }: BarOfSaving): Markup {
  if (saved === null) return markup``;
  const [low, high] = [ends.low ?? saved, ends.high ?? saved];
  const all = [0, low, high, expected ?? 0];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  if (to === from) return markup``;
  const x = (value: number): number => Math.round((4 + ((value - from) / (to - from)) * (width - 8)) * 10) / 10;
  const [start, end] = expected === null ? [0, 0] : [x(Math.min(0, expected)), x(Math.max(0, expected))];
  const said = [saved, low, high].map((value) => Math.round(value));
  const told = `saved ${said[0]} kWh a year, ${said[1]} to ${said[2]}; expected ${expected ?? 'not said'}`;
  const size = `0 0 ${width} ${height}`;
  return markup`<svg width="${width}" height="${height}" viewBox="${size}" role="img"><title>${told}</title>
<rect x="${start}" y="2" width="${end - start}" height="${height - 4}" fill="#cccccc"/>
<line x1="${x(0)}" y1="0" x2="${x(0)}" y2="${height}" stroke="#222222" stroke-width="1"/>
<line x1="${x(low)}" y1="${middle}" x2="${x(high)}" y2="${middle}" stroke="#0072B2" stroke-width="3"/>
<circle cx="${x(saved)}" cy="${middle}" r="3.5" fill="#0072B2"/></svg>`;
}
