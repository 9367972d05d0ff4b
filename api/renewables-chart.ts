import type { BarSeriesOption } from 'echarts';
import type { RenewablesAnswer } from './contract/plan-renewables.ts';
import { type Chart, font, ink } from './draw-chart.ts';

/** What each option of panels uses on the site and sends out, as bars. */

const width = 900;
const [top, barHeight] = [120, 46];

export type ChartedRenewables = Pick<RenewablesAnswer, 'site_name' | 'yield_kwh_per_kwp'> & {
  readonly options: RenewablesAnswer['options'];
};

export function renewablesChart({ site_name: name, yield_kwh_per_kwp: yields, options }: ChartedRenewables): Chart {
  const title = `Panels at ${name}: what is used on the site and what goes out`;
  const said = `MWh a year, by the site's own half-hours; ${Math.round(yields)} kWh a kWp`;
  const text = { fontSize: 12, color: ink };
  return {
    title: `${title}. ${said}.`,
    width,
    height: top + barHeight * options.length + 50,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: font, color: ink },
      title: {
        text: title,
        subtext: said,
        left: 20,
        top: 10,
        textStyle: { fontSize: 16, color: ink, width: width - 40, overflow: 'truncate' },
        subtextStyle: { fontSize: 12, color: ink },
      },
      legend: { top: 68, left: 20, textStyle: text, itemGap: 24 },
      grid: { left: 230, right: 40, top, height: barHeight * options.length },
      xAxis: { type: 'value', axisLabel: text, splitLine: { lineStyle: { color: '#dddddd' } } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: options.map(({ option }) => option),
        axisTick: { show: false },
        axisLabel: { ...text, width: 200, overflow: 'truncate' },
      },
      series: [
        bars('Used as it is made', '#009E73', options, (row) => row.used_kwh - row.from_battery_kwh),
        bars('Used by way of the battery', '#56B4E9', options, (row) => row.from_battery_kwh),
        bars('Exported', '#E69F00', options, (row) => row.exported_kwh),
      ].filter(({ data }) => data?.some((value) => value !== 0)),
    },
  };
}

function bars(
  name: string,
  colour: string,
  options: ChartedRenewables['options'],
  kwh: (row: ChartedRenewables['options'][number]) => number,
): BarSeriesOption {
  const itemStyle = { color: colour, borderColor: '#ffffff', borderWidth: 1 };
  return { type: 'bar', name, stack: 'made', barWidth: 24, itemStyle, data: options.map((row) => kwh(row) / 1000) };
}
