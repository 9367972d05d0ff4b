import type { LineSeriesOption } from 'echarts';
import type { Chart as Drawn } from '../domain/alerts/evidence.ts';
import type { Alert } from '../domain/alerts/life.ts';
import { londonTime } from '../domain/alerts/wording.ts';
import { halfHourSeconds, type EpochSeconds, wallClock } from '../domain/time.ts';
import { type Chart, font, ink } from './draw-chart.ts';

/** What was measured beside what was expected, half-hour by half-hour, with the time of the alert shaded. */

const [width, height] = [900, 360];

export interface ChartedAlert {
  readonly seen: Pick<Alert['seen'], 'from' | 'to' | 'open'>;
  readonly chart: Drawn;
  /** kW, m³/h. */
  readonly unit: string;
  /** What is drawn, and where. */
  readonly title: string;
  readonly where: string;
}

export function alertChart({ seen, chart, unit, title, where }: ChartedAlert): Chart {
  const { from, measured, expected } = chart;
  const times = measured.map((_, i) => from + i * halfHourSeconds);
  const end = seen.open ? ', and goes on' : ` to ${londonTime(seen.to)}`;
  const said = `Means of half-hours in ${unit}, by the clock in London; shaded: from ${londonTime(seen.from)}${end}`;
  const text = { fontSize: 12, color: ink };
  return {
    title: `${title}. ${where}. ${said}.`,
    width,
    height,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: font, color: ink },
      title: {
        text: title,
        subtext: `${where}\n${said}`,
        left: 20,
        top: 10,
        textStyle: { fontSize: 16, color: ink, width: width - 40, overflow: 'truncate' },
        subtextStyle: { fontSize: 12, lineHeight: 16, color: ink },
      },
      legend: { top: 78, left: 20, textStyle: text, itemGap: 24 },
      grid: { left: 64, right: 24, top: 112, bottom: 36 },
      xAxis: {
        type: 'category',
        data: times.map(londonTime),
        boundaryGap: false,
        axisTick: { interval: (i: number) => isMidnight(times[i]) },
        axisLabel: { ...text, interval: (i: number) => isMidnight(times[i]), formatter: dayOf },
        splitLine: { show: true, interval: (i: number) => isMidnight(times[i]), lineStyle: { color: '#dddddd' } },
      },
      yAxis: {
        type: 'value',
        name: unit,
        nameLocation: 'middle',
        nameGap: 44,
        nameTextStyle: text,
        axisLabel: text,
        splitLine: { lineStyle: { color: '#dddddd' } },
      },
      series: linesOf(measured, expected, placesOf(seen, times)),
    },
  };
}

/** The first and the last half-hour of the chart that belong to the alert; nothing where none does. */
function placesOf({ from, to }: ChartedAlert['seen'], times: readonly EpochSeconds[]): [number, number] | undefined {
  const first = times.findIndex((at) => at > from - halfHourSeconds);
  const last = times.findLastIndex((at) => at < to);
  return first === -1 || last < first ? undefined : [first, last];
}

function linesOf(
  measured: Drawn['measured'],
  expected: Drawn['expected'],
  shaded: [number, number] | undefined,
): LineSeriesOption[] {
  const area = shaded && {
    silent: true,
    itemStyle: { color: '#D55E00', opacity: 0.15 },
    data: [[{ xAxis: shaded[0] }, { xAxis: shaded[1] }]] as [{ xAxis: number }, { xAxis: number }][],
  };
  const line = { type: 'line', showSymbol: false, step: 'middle', connectNulls: false } as const;
  return [
    {
      ...line,
      name: 'Expected',
      data: [...expected],
      color: '#555555',
      lineStyle: { width: 1.5, type: 'dashed' },
    },
    {
      ...line,
      name: 'Measured',
      data: [...measured],
      color: '#0072B2',
      lineStyle: { width: 2 },
      ...(area && { markArea: area }),
    },
  ];
}

function isMidnight(at: EpochSeconds | undefined): boolean {
  return at !== undefined && wallClock(at).minuteOfDay === 0;
}

/** `Mon 16 Mar` of `2026-03-16 00:00`. */
function dayOf(time: string): string {
  const options = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  return new Date(`${time.slice(0, 10)}T00:00:00Z`).toLocaleDateString('en-GB', options);
}
