import type { BarSeriesOption, LineSeriesOption } from 'echarts';
import { moreOrLess, tonnes } from '../domain/plan/words.ts';
import type { Plan } from './contract/plan-page.ts';
import { type Chart, font, ink } from './draw-chart.ts';

/**
 * The way to a target as a picture: what was emitted as bars, the band of the target behind them, and the years to come
 * as lines, one for each kind of measure. Colours that colour-blind people tell apart, and each line has its own dash.
 */

type Point = Plan['trajectory']['points'][number];

const [width, height] = [480, 250];
/** Tonnes. */
const perTonne = 1000;

const lines = [
  { name: 'unchanged', key: 'unchanged_kgco2e', colour: '#999999', dash: 'dotted' },
  { name: 'committed', key: 'committed_kgco2e', colour: '#0072B2', dash: 'dashed' },
  { name: '+ probable', key: 'probable_kgco2e', colour: '#009E73', dash: [8, 3, 2, 3] },
  { name: '+ possible', key: 'possible_kgco2e', colour: '#D55E00', dash: 'solid' },
] as const;

/** The chart of one target's points, all years of which are shown; undefined where there are none. */
export function trajectoryChart(points: readonly Point[], name: string): Chart | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return undefined;
  const text = { fontSize: 10.5, color: ink };
  return {
    title: `${name}: tCO2e a year from ${first.year} to ${last.year}. ${saidOf(points)}`,
    width,
    height,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: font, color: ink },
      title: { text: 'tCO2e a year', left: 0, top: 0, padding: 0, textStyle: { ...text, fontWeight: 'normal' } },
      legend: { data: legendOf(points), top: 14, left: 0, padding: 0, itemGap: 10, itemWidth: 20, textStyle: text },
      grid: { left: 48, right: 8, top: 38, bottom: 22 },
      xAxis: {
        type: 'category',
        data: points.map(({ year }) => String(year)),
        axisTick: { alignWithLabel: true },
        axisLabel: text,
      },
      yAxis: {
        type: 'value',
        min: 0,
        axisLabel: { ...text, formatter: (value: number) => value.toLocaleString('en-GB') },
        splitLine: { lineStyle: { color: '#dddddd' } },
      },
      series: [...band(points), emitted(points), ...lines.map((line) => ahead(points, line))],
    },
  };
}

/** A line is shown as it is drawn, without the mark that it has not. */
function legendOf(points: readonly Point[]) {
  const bare = { itemStyle: { opacity: 0 } };
  const isDrawn = points.some(({ lower_line_kgco2e: line }) => line !== null);
  return [
    ...(isDrawn ? [{ name: 'target', ...bare }] : []),
    { name: 'emitted' },
    ...lines.map(({ name }) => ({ name, ...bare })),
  ];
}

/** The two lines of the target as an area between them. */
function band(points: readonly Point[]): LineSeriesOption[] {
  const low = points.map(({ lower_line_kgco2e: kg }) => inTonnes(kg));
  const more = points.map(({ lower_line_kgco2e: from, upper_line_kgco2e: to }) =>
    from === null || to === null ? null : (to - from) / perTonne,
  );
  if (low.every((value) => value === null)) return [];
  const usual = { type: 'line', symbol: 'none', stack: 'band', z: 1, silent: true } as const;
  const edge = { lineStyle: { color: '#b8860b', width: 1 } };
  return [
    { ...usual, ...edge, data: low },
    {
      ...usual,
      ...edge,
      name: 'target',
      data: more,
      itemStyle: { color: '#b8860b' },
      areaStyle: { color: '#F0E442', opacity: 0.5 },
    },
  ];
}

function emitted(points: readonly Point[]): BarSeriesOption {
  const whole = points.map((point) => (isWhole(point) ? inTonnes(point.emissions_kgco2e) : null));
  return { type: 'bar', name: 'emitted', data: whole, itemStyle: { color: '#56B4E9' }, barWidth: '55%', z: 2 };
}

/** A part of a year is no year, and one of which a tenth is missing has no course. */
function isWhole({ course, partial_because: because, lower_line_kgco2e: line }: Point): boolean {
  return !because.includes('not-over') && (course !== 'unknown' || line === null);
}

function ahead(points: readonly Point[], { name, key, colour, dash }: (typeof lines)[number]): LineSeriesOption {
  return {
    type: 'line',
    name,
    data: points.map((point) => inTonnes(point[key])),
    symbol: 'none',
    z: 3,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2, type: typeof dash === 'string' ? dash : [...dash] },
  };
}

function inTonnes(kg: number | null): number | null {
  return kg === null ? null : Math.round(kg) / perTonne;
}

/** What who cannot see it hears: where it is now, and where the plan leads. */
function saidOf(points: readonly Point[]): string {
  const now = points.findLast((point) => point.emissions_kgco2e !== null && isWhole(point));
  const end = points.at(-1);
  const emittedThen = now ? `In ${now.year} ${tonnes(now.emissions_kgco2e ?? 0)} t were emitted. ` : '';
  const [all, unchanged] = [end?.possible_kgco2e ?? null, end?.unchanged_kgco2e ?? null];
  if (all === null || unchanged === null || unchanged === 0) return emittedThen;
  const less = moreOrLess(all / unchanged - 1);
  return `${emittedThen}With all that is planned ${tonnes(all)} t are left in ${end?.year}, ${less} than unchanged.`;
}
