import type { PageComponent } from '../../loaded.ts';
import { Page } from '../../pieces/page.tsx';
import { isDate, usePlace } from '../../place.ts';
import { ExplainAsk } from './explain-ask.tsx';
import { ExplainDay } from './explain-day.tsx';
import { ExplainFigure } from './explain-figure.tsx';
import { ExplainHalfHour } from './explain-half-hour.tsx';

/**
 * The chain behind a number, down to the readings. Its address names the number as the API does: `meter` and `at` or
 * `date`, or `figure` with its place and period.
 */
export const ExplainPage: PageComponent = () => {
  const { query } = usePlace();
  const [meter, at, date] = [query.get('meter'), query.get('at'), query.get('date')];
  const figure = query.get('figure');
  if (figure !== null) return <ExplainFigure query={Object.fromEntries(query)} />;
  if (meter !== null && at !== null && !Number.isNaN(Date.parse(at))) return <ExplainHalfHour meter={meter} at={at} />;
  if (meter !== null && date !== null && isDate(date)) return <ExplainDay meter={meter} date={date} />;
  return (
    <Page
      title="Where a number comes from"
      says="Every kWh, m³ and kgCO₂e can be followed down to the readings, with who decided what."
    >
      <ExplainAsk meter={meter ?? undefined} />
    </Page>
  );
};
