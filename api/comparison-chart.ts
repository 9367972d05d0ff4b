import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { causeOfKind } from '../domain/tariffs/differences.ts';
import { dateOf, type LocalDate } from '../domain/time.ts';
import type { ComparisonAnswer } from './contract/tariff-comparisons.ts';
import { type Chart, font, ink } from './draw-chart.ts';

/**
 * A comparison as a picture for a board paper: a bar for each offer, stacked by what the money is for, with its range.
 */

export type Charted = Pick<
  ComparisonAnswer,
  'utility' | 'period' | 'load_year' | 'offers' | 'components' | 'sites' | 'what_if' | 'uncertain'
>;

/** What components are put together as, in the order of the stack; colours that colour-blind people tell apart. */
const groups = [
  { name: 'Energy', of: ['energy'], colour: '#0072B2' },
  { name: 'Networks', of: ['networks'], colour: '#E69F00' },
  { name: 'Levies', of: ['levies'], colour: '#009E73' },
  { name: 'Fees and metering', of: ['fees'], colour: '#56B4E9' },
  { name: 'Certificates', of: ['rego'], colour: '#F0E442' },
  { name: 'Export', of: ['export'], colour: '#CC79A7' },
  { name: 'VAT', of: ['vat'], colour: '#999999' },
] as const;

/** More bars than this are no picture; the dearest are left out, and the caption says so. */
export const barsShown = 12;
const width = 1_060;
const [top, barHeight, lineHeight] = [108, 62, 17];

export function comparisonChart(answer: Charted): Chart {
  const shown = answer.offers.slice(0, barsShown);
  const caption = captionOf(answer);
  const title = `What ${shown.length === 1 ? 'one offer' : `${shown.length} offers`} of ${answer.utility} would cost`;
  const [from, to] = [dayOf(answer.period.from), dayBefore(answer.period.to)];
  const places = new Set(answer.sites.map(({ site_name: name }) => name));
  const where = places.size === 1 ? [...places].join('') : `${places.size} sites`;
  return {
    title: `${title}, ${from} to ${to}`,
    width,
    height: top + barHeight * shown.length + 60 + lineHeight * caption.length,
    option: {
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: font, color: ink },
      title: [
        {
          text: title,
          subtext: `${from} to ${to}, ${where}, ${useOf(shown)}with VAT; the line at the end of a bar is from low to high`,
          left: 20,
          top: 12,
          textStyle: { fontSize: 20, color: ink },
          subtextStyle: { fontSize: 13, color: ink },
        },
        {
          text: caption.join('\n'),
          left: 20,
          bottom: 8,
          textStyle: { fontSize: 12, fontWeight: 'normal', color: ink, lineHeight },
        },
      ],
      legend: {
        top: 66,
        left: 20,
        itemGap: 28,
        itemWidth: 14,
        itemHeight: 14,
        textStyle: { fontSize: 12, color: ink },
      },
      grid: { left: 310, right: 230, top, height: barHeight * shown.length },
      xAxis: {
        type: 'value',
        axisLabel: { formatter: pounds, fontSize: 12, color: ink },
        splitLine: { lineStyle: { color: '#dddddd' } },
        splitNumber: 4,
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: shown.map(nameOf),
        axisTick: { show: false },
        axisLabel: { fontSize: 13, lineHeight, width: 255, overflow: 'truncate', color: ink },
      },
      series: [...stacks(answer, shown), ranges(shown)],
    },
  };
}

type Offer = ComparisonAnswer['offers'][number];

function nameOf({ rank, offer_name: name, supplier }: Offer): string {
  return `${rank}. ${name}\n${supplier}`;
}

function stacks({ components }: Charted, shown: readonly Offer[]): EChartsOption['series'] & object[] {
  const all = components.filter(({ place }) => place === 'all');
  return groups.flatMap(({ name, of, colour }) => {
    const isOfGroup = ({ component }: (typeof all)[number]): boolean =>
      (of as readonly string[]).includes(component === 'vat' ? 'vat' : causeOfKind[component]);
    const data = shown.map(({ offer }) =>
      all.filter((row) => row.offer === offer && isOfGroup(row)).reduce((sum, row) => sum + row.cost_gbp, 0),
    );
    if (data.every((amount) => amount === 0)) return [];
    const itemStyle = { color: colour, borderColor: '#ffffff', borderWidth: 1 };
    return [{ type: 'bar' as const, name, stack: 'total', barWidth: 26, itemStyle, data }];
  });
}

/** The line from low to high and the figures behind it. */
function ranges(shown: readonly Offer[]): CustomSeriesOption {
  return {
    type: 'custom',
    z: 10,
    data: shown.map((offer, i) => [offer.total_low_gbp, i, offer.total_high_gbp, offer.total_gbp]),
    renderItem: (_, api) => {
      const row = Number(api.value(1));
      const [low = 0, y = 0] = api.coord([api.value(0), row]);
      const [high = 0] = api.coord([api.value(2), row]);
      const [best = 0] = api.coord([api.value(3), row]);
      const line = (x1: number, y1: number, x2: number, y2: number) =>
        ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: ink, lineWidth: 2 } }) as const;
      const offer = shown[row];
      const text = {
        type: 'text',
        x: Math.max(low, best, high) + 8,
        y,
        style: {
          text: offer ? figuresOf(offer) : '',
          font: `13px ${font}`,
          fill: ink,
          verticalAlign: 'middle',
          lineHeight,
        },
      } as const;
      const isRange = high - low >= 1;
      const marks = isRange
        ? [line(low, y, high, y), line(low, y - 6, low, y + 6), line(high, y - 6, high, y + 6)]
        : [];
      return { type: 'group', children: [...marks, text] };
    },
  };
}

/** £, its range and p/kWh of an offer, in lines. */
function figuresOf({
  total_gbp: total,
  all_in_p_per_kwh: pence,
  all_in_gbp_per_m3: perVolume,
  ...offer
}: Offer): string {
  const each =
    pence !== null
      ? `${pence.toFixed(2)} p/kWh without VAT`
      : perVolume !== null
        ? `£${perVolume.toFixed(3)}/m³ without VAT`
        : '';
  const isRange = offer.total_high_gbp - offer.total_low_gbp >= 1;
  const range = isRange ? [`${pounds(offer.total_low_gbp)} to ${pounds(offer.total_high_gbp)}`] : [];
  return [pounds(total), ...range, each].join('\n');
}

function pounds(amount: number): string {
  const sign = amount < 0 ? '−' : '';
  const size = Math.abs(amount);
  if (size >= 9_999_500) return `${sign}£${(size / 1_000_000).toFixed(1)}m`;
  return `${sign}£${Math.round(size).toLocaleString('en-GB')}`;
}

function useOf([first]: readonly Offer[]): string {
  const whole = (amount: number) => Math.round(amount).toLocaleString('en-GB');
  if (first?.use_kwh) return `${whole(first.use_kwh)} kWh, `;
  return first?.use_m3 ? `${whole(first.use_m3)} m³, ` : '';
}

function dayOf(instant: string): string {
  return sayDate(dateOf(Date.parse(instant) / 1000));
}

function dayBefore(instant: string): string {
  return sayDate(dateOf(Date.parse(instant) / 1000 - 1));
}

function sayDate(date: LocalDate): string {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', options);
}

/** What the reader must know, in lines that fit. */
function captionOf({ load_year: year, offers, what_if: changes, uncertain }: Charted): string[] {
  const left = offers.length - barsShown;
  const sentences = [
    `The half-hours are those of ${dayOf(year.from)} to ${dayBefore(year.to)}, laid onto the period of supply by day type.`,
    ...changes.map((change) => `What if: ${change}.`),
    ...uncertain.map((one) => `${one.charAt(0).toUpperCase()}${one.slice(1)}.`),
    ...(left > 0 ? [`${left} more offers cost more than those shown.`] : []),
  ];
  return sentences.flatMap((sentence) => wrapped(sentence));
}

const lineCharacters = 150;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > lineCharacters) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
