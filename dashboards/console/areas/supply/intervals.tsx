import { pounds } from '../../say.ts';

export interface Interval {
  readonly name: string;
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

/** Room at both ends of the axis, as a share of it. */
const margin = 0.06;

/** The most likely £ of each as a point and what is open as a bar around it; overlapping bars are an open order. */
export function Intervals({ title, rows }: { title: string; rows: readonly Interval[] }) {
  const least = Math.min(...rows.map(({ low }) => low));
  const most = Math.max(...rows.map(({ high }) => high));
  const room = Math.max((most - least) * margin, most * 0.002, 1);
  const [from, to] = [least - room, most + room];
  const at = (value: number): string => `${((value - from) / (to - from)) * 100}%`;
  return (
    <figure class="intervals">
      <figcaption>
        {title}{' '}
        <span class="quiet">
          (the axis runs from {pounds(from)} to {pounds(to)})
        </span>
      </figcaption>
      <ul>
        {rows.map(({ name, low, value, high }) => (
          <li key={name}>
            <span class="bar-name">{name}</span>
            <span class="interval-track" aria-hidden="true">
              <span class="interval" style={{ left: at(low), width: `${((high - low) / (to - from)) * 100}%` }} />
              <span class="interval-best" style={{ left: at(value) }} />
            </span>
            <span class="bar-value">
              {pounds(value)}
              {high - low >= 0.5 && (
                <span class="quiet">
                  {' '}
                  ({pounds(low)} to {pounds(high)})
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
