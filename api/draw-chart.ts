import type { EChartsOption } from 'echarts';
import { escaped } from './markup.ts';

/** A chart as plain data, and an SVG of it, made without a browser. */
export interface Chart {
  readonly option: EChartsOption;
  readonly width: number;
  readonly height: number;
  /** What a person who cannot see it hears. */
  readonly title: string;
}

export const font = 'Arial, Helvetica, sans-serif';
export const ink = '#222222';

/** The chart as SVG. The package is loaded when the first chart is asked for: most houses never ask. */
export async function drawChart({ option, width: wide, height, title }: Chart): Promise<string> {
  const [{ init, use }, { BarChart, CustomChart, LineChart }, parts, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  const { GridComponent, LegendComponent, MarkAreaComponent, TitleComponent } = parts;
  use([
    BarChart,
    CustomChart,
    LineChart,
    GridComponent,
    LegendComponent,
    MarkAreaComponent,
    TitleComponent,
    SVGRenderer,
  ]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: wide, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString().replace(/>/, ` role="img"><title>${escaped(title)}</title>`);
  } finally {
    chart.dispose();
  }
}
