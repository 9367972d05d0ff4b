import type { LineSeriesOption } from 'echarts';
import { clockText, wallClock } from '../domain/time.ts';
import type { ReadinessAnswer } from './contract/plan-readiness.ts';
import { type Chart, font, ink } from './draw-chart.ts';

/** The coldest day of a study: what the site draws, the heat pump on top of it, and what is agreed. */

const [width, height] = [900, 440];

export type ChartedReadiness = Pick<ReadinessAnswer, 'site_name' | 'light' | 'coldest_day' | 'capacity' | 'heat_pump'>;

export function readinessChart({
  site_name: name,
  light,
  coldest_day: day,
  capacity,
  heat_pump: pump,
}: ChartedReadiness): Chart {
  const title = `${name} with a heat pump on its coldest day`;
  const degrees = (value: number): string => `${value.toFixed(1)} °C`;
  const said = day
    ? `${day.date}, ${degrees(day.mean_degc)} on average, lowest ${degrees(day.lowest_degc)}; flow ${pump.flow}`
    : 'no day of the year has enough measured temperatures';
  const limit = capacity.agreed_kva === null ? '' : `, ${capacity.agreed_kva.toLocaleString('en-GB')} kVA agreed`;
  const text = { fontSize: 12, color: ink };
  const rows = day?.half_hours ?? [];
  const times = rows.map(({ start }) => clockText(wallClock(Date.parse(start) / 1000).minuteOfDay));
  return {
    title: `${title}: ${light}. ${said}${limit}.`,
    width,
    height,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: font, color: ink },
      title: {
        text: title,
        subtext: `${said}\nMeans of half-hours in kW by the clock in London; readiness: ${light}\n${mostOf(capacity)}`,
        left: 20,
        top: 10,
        textStyle: { fontSize: 16, color: ink, width: width - 40, overflow: 'truncate' },
        subtextStyle: { fontSize: 12, lineHeight: 16, color: ink },
      },
      legend: { top: 92, left: 20, textStyle: text, itemGap: 24 },
      grid: { left: 64, right: 56, top: 146, bottom: 36 },
      xAxis: { type: 'category', data: times, boundaryGap: false, axisLabel: { ...text, interval: 5 } },
      yAxis: [
        {
          type: 'value',
          name: 'kW',
          nameTextStyle: text,
          axisLabel: text,
          splitLine: { lineStyle: { color: '#dddddd' } },
        },
        {
          type: 'value',
          name: '°C outside',
          nameTextStyle: text,
          axisLabel: text,
          splitLine: { show: false },
          scale: true,
        },
      ],
      series: [...areas(rows), ...lines(rows, capacity.agreed_kva)],
    },
  };
}

/** The coldest day need not be the one on which most is drawn: an engine may rest on another. */
function mostOf({ after_kva: kva, after_month: month, after_kw: kw }: ChartedReadiness['capacity']): string {
  const whole = (value: number): string => Math.round(value).toLocaleString('en-GB');
  if (kva === null || month === null) return `The most of the year would be ${whole(kw)} kW`;
  return `The most of the year would be ${whole(kva)} kVA, in ${month.slice(0, 7)}`;
}

type HalfHour = NonNullable<ReadinessAnswer['coldest_day']>['half_hours'][number];

function areas(rows: readonly HalfHour[]): LineSeriesOption[] {
  const area = (name: string, colour: string, value: (row: HalfHour) => number): LineSeriesOption => ({
    type: 'line',
    name,
    stack: 'kw',
    step: 'start',
    symbol: 'none',
    lineStyle: { width: 1, color: colour },
    itemStyle: { color: colour },
    areaStyle: { color: colour, opacity: 0.75 },
    data: rows.map((row) => value(row)),
  });
  return [
    area('The site today', '#999999', (row) => row.site_kw),
    area('The heat pump', '#D55E00', (row) => row.heat_pump_kw),
  ];
}

function lines(rows: readonly HalfHour[], agreed: number | null): LineSeriesOption[] {
  const line = (name: string, colour: string, data: number[], axis: 0 | 1): LineSeriesOption => ({
    type: 'line',
    name,
    yAxisIndex: axis,
    symbol: 'none',
    lineStyle: { width: 2, color: colour, type: 'dashed' },
    itemStyle: { color: colour },
    data,
  });
  const outside = line(
    'Outside, °C',
    '#0072B2',
    rows.map((row) => row.outside_degc),
    1,
  );
  const limit =
    agreed === null
      ? []
      : [
          line(
            'Agreed, kVA',
            '#000000',
            rows.map(() => agreed),
            0,
          ),
        ];
  return [...limit, outside];
}
