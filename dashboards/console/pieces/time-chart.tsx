import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { now } from '../clock.ts';
import type { ChartShape } from './chart-lines.ts';
import { Empty, Waiting } from './states.tsx';

export type { Line, Point, TimeMark } from './chart-lines.ts';

let drawn: ComponentType<ChartShape> | undefined;

/** A chart over time. What draws it is larger than all the rest of a page, and is fetched beside the page's answers. */
export function TimeChart(shape: ChartShape) {
  const [Chart, setChart] = useState(() => drawn);
  const [isLost, setLost] = useState(false);
  const [since] = useState(now);
  useEffect(() => {
    if (Chart) return;
    const fetched = async (): Promise<void> => {
      const { DrawnChart } = await import('./drawn-chart.tsx');
      drawn = DrawnChart;
      setChart(() => DrawnChart);
    };
    fetched().catch(() => setLost(true));
  }, []);
  if (isLost) return <Empty says="The chart could not be fetched." next="Load the page anew to see it." />;
  return Chart ? <Chart {...shape} /> : <Waiting for="Drawing the chart" since={since} />;
}
