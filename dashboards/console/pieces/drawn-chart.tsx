import uPlot from 'uplot';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { amount, number, time } from '../say.ts';
import type { ChartShape, Line, TimeMark } from './chart-lines.ts';
import { Table } from './table.tsx';

/**
 * Lines or bars over time in London's hours. A gap stays a gap. What is drawn can also be read: the summary is the
 * chart's name, and the values stand in a table below it.
 */
export function DrawnChart(shape: ChartShape) {
  const { title, unit, lines, marks = [] } = shape;
  const frame = useRef<HTMLDivElement>(null);
  const [under, setUnder] = useState<number | undefined>(undefined);
  const scheme = useScheme();
  const drawn = useMemo(() => aligned(lines), [lines]);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const plot = new uPlot(optionsOf(shape, element, setUnder), dataOf(drawn, shape.kind), element);
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightOf(shape) }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [drawn, scheme, shape.from, shape.to, shape.kind, unit, marks.length]);
  const at = under === undefined ? undefined : drawn.times[under];
  return (
    <figure class="chart">
      <figcaption>
        {title} <span class="quiet">({unit})</span>
      </figcaption>
      <div ref={frame} class="chart-frame" role="img" aria-label={summaryOf(shape)} />
      <ul class="legend">
        {lines.map(({ name, dashed }, i) => (
          <li key={name}>
            <span class={dashed ? 'swatch dashed' : 'swatch'} style={{ color: colourOf(i) }} aria-hidden="true" />
            {name}
            {under !== undefined && <strong> {amount(drawn.values[i]?.[under] ?? null, unit)}</strong>}
          </li>
        ))}
        {at !== undefined && <li class="quiet">{time(at)}</li>}
      </ul>
      {marks.length > 0 && (
        <ul class="chart-marks">
          {marks.map(({ at: when, says }) => (
            <li key={`${when} ${says}`}>
              {time(when)}: {says}
            </li>
          ))}
        </ul>
      )}
      <AsTable title={title} unit={unit} lines={lines} drawn={drawn} />
    </figure>
  );
}

/** So many rows can be read; more are for a spreadsheet. */
const readableRows = 1_500;

function AsTable(shape: { title: string; unit: string; lines: readonly Line[]; drawn: Aligned }) {
  const { title, unit, lines, drawn } = shape;
  const [isOpen, setOpen] = useState(false);
  const first = Math.max(0, drawn.times.length - readableRows);
  const rows = drawn.times.slice(first).map((at, i) => ({ at, values: drawn.values.map((list) => list[first + i]) }));
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {first > 0 && <p class="quiet">The latest {readableRows.toLocaleString('en-GB')} rows.</p>}
      {isOpen && (
        <Table
          caption={`${title} (${unit})`}
          hideCaption
          rows={rows}
          rowKey={(row) => String(row.at)}
          columns={[
            { heading: 'Time', head: true, cell: ({ at }) => time(at), sort: ({ at }) => at },
            ...lines.map(({ name }, i) => ({
              heading: name,
              number: true,
              cell: ({ values }: (typeof rows)[number]) => number(values[i]),
              sort: ({ values }: (typeof rows)[number]) => values[i],
            })),
          ]}
        />
      )}
    </details>
  );
}

interface Aligned {
  readonly times: number[];
  readonly values: (number | null)[][];
}

/** All lines on one row of times. */
function aligned(lines: readonly Line[]): Aligned {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const values = lines.map(({ points }) => {
    const byTime = new Map(points);
    return times.map((at) => byTime.get(at) ?? null);
  });
  return { times, values };
}

/**
 * Stacked: each line on the sum of those before it. Where one of them is not known nothing is drawn: what is known
 * alone would look like the whole. The highest come first, so that those below are drawn over them.
 */
function dataOf({ times, values }: Aligned, kind: ChartShape['kind']): uPlot.AlignedData {
  if (kind !== 'stacked') return [times, ...values];
  const isWhole = times.map((_at, i) => values.every((list) => typeof list[i] === 'number'));
  const sums = times.map(() => 0);
  const stacked = values.map((list) =>
    list.map((value, i) => {
      sums[i] = (sums[i] ?? 0) + (value ?? 0);
      return isWhole[i] ? sums[i] : null;
    }),
  );
  return [times, ...stacked.reverse()];
}

const seriesColours = 6;

/** The colour of a line, as style.css has it. */
export function colourOf(index: number): string {
  return `var(--series-${(index % seriesColours) + 1})`;
}

function heightOf({ height = 240 }: ChartShape): number {
  return height;
}

function optionsOf(shape: ChartShape, element: HTMLElement, point: (index: number | undefined) => void): uPlot.Options {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue('--quiet');
  const rule = style.getPropertyValue('--rule');
  const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
  const isSigned = shape.lines.some(({ points }) => points.some(([, value]) => (value ?? 0) < 0));
  return {
    width: element.clientWidth,
    height: heightOf(shape),
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Europe/London'),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: true, range: [shape.from, shape.to] }, y: isSigned ? {} : { range: fromZero } },
    axes: [
      { ...axis, values: clock, space: 64 },
      { ...axis, size: 64, values: (_plot, splits) => splits.map((value) => number(value)) },
    ],
    series: [{}, ...seriesOf(shape, style)],
    hooks: {
      setCursor: [({ cursor }) => point(cursor.idx ?? undefined)],
      drawAxes: [(plot) => drawMarks(plot, shape.marks ?? [], style.getPropertyValue('--band'))],
    },
  };
}

function fromZero(_plot: uPlot, _least: number, most: number): [number, number] {
  return [0, most > 0 ? most * 1.05 : 1];
}

/** Labels with 24 hours and the day before the month. */
const clock: uPlot.Axis.Values = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [3_600, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
];

function seriesOf({ lines, kind = 'line' }: ChartShape, style: CSSStyleDeclaration): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.9, 60], align: 1 });
  const series = lines.map(({ name, dashed }, i): uPlot.Series => {
    const colour = style.getPropertyValue(`--series-${(i % seriesColours) + 1}`);
    const isBar = kind !== 'line' && !dashed;
    return {
      label: name,
      stroke: colour,
      width: isBar ? 0 : 2,
      spanGaps: false,
      ...(dashed ? { dash: [8, 5] } : {}),
      ...(isBar && bars ? { paths: bars, fill: colour, points: { show: false } } : {}),
    };
  });
  return kind === 'stacked' ? series.reverse() : series;
}

function drawMarks(plot: uPlot, marks: readonly TimeMark[], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  for (const { at, to } of marks) {
    const left = plot.valToPos(at, 'x', true);
    const right = to === undefined ? left + 2 * devicePixelRatio : plot.valToPos(to, 'x', true);
    ctx.fillRect(left, bbox.top, Math.max(right - left, 2), bbox.height);
  }
  ctx.restore();
}

/** What somebody hears who cannot see it. */
function summaryOf({ title, unit, lines, from, to }: ChartShape): string {
  const told = lines.map(({ name, points }) => {
    const known = points.flatMap(([, value]) => (value === null ? [] : [value]));
    if (known.length === 0) return `${name}: not known`;
    const [least, most] = [Math.min(...known), Math.max(...known)];
    return `${name}: ${number(least)} to ${number(most)} ${unit}, last ${number(known.at(-1))}`;
  });
  return `${title}, ${time(from)} to ${time(to)}. ${told.join('. ')}.`;
}

/** Changes with the scheme of the device, whose colours a canvas does not follow by itself. */
function useScheme(): string {
  const [scheme, setScheme] = useState('');
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setScheme(dark.matches ? 'dark' : 'light');
    changed();
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return scheme;
}
