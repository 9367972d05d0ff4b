import type { Answers } from '../../answers.ts';
import { csvHref } from '../../ask.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty } from '../../pieces/states.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { type Line, TimeChart } from '../../pieces/time-chart.tsx';
import { usePlace } from '../../place.ts';
import { number, percent, pounds } from '../../say.ts';
import { tonnes } from './words.ts';

type Trajectory = Answers['/v1/plan/trajectory'];
type Year = Trajectory['points'][number];
type Gap = Trajectory['gaps'][number];

/** The way to the targets of an organisation: what was emitted, what is planned, and what is missing. */
export function TrajectoryPart({ answer, organisation }: { answer: Trajectory; organisation: string }) {
  const { query } = usePlace();
  const targets = answer.targets.filter((one) => one.organisation === organisation);
  const target = targets.find((one) => nameOf(one) === query.get('target')) ?? targets[0];
  if (!target) {
    return (
      <Section title="The way to the target">
        <Empty
          says="No target can be drawn: the register has no baseline of this organisation."
          next="Write it below `baselines:` of the estate folder."
        />
      </Section>
    );
  }
  const points = answer.points.filter((one) => nameOf(one) === nameOf(target));
  return (
    <Section
      title="The way to the target"
      says={targets.length > 1 ? undefined : target.target_name}
      actions={
        targets.length > 1 && (
          <Choice
            name="target"
            label="Target"
            options={targets.map((one) => ({ value: nameOf(one), text: one.target_name }))}
          />
        )
      }
    >
      {target.not_drawn_because !== null && <Mark kind="warn">{target.not_drawn_because}</Mark>}
      {target.no_years_ahead_because !== null && <Mark kind="warn">{target.no_years_ahead_because}</Mark>}
      <Way points={points} />
      <Milestones gaps={answer.gaps.filter((one) => nameOf(one) === nameOf(target))} />
      <Years points={points} organisation={organisation} />
      <details>
        <summary>What this assumes, and where it is from</summary>
        <ul>
          {target.assumptions.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <p class="quiet">{target.source}</p>
      </details>
    </Section>
  );
}

const nameOf = ({ target, baseline }: { target: string; baseline: string }): string => `${target} ${baseline}`;

const emitted = 'Emitted';

function Way({ points }: { points: readonly Year[] }) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const line = (name: string, of: (one: Year) => number | null, dashed = true): Line => ({
    name,
    dashed,
    points: points.map((one) => [Date.parse(one.from) / 1000, tonnes(of(one))]),
  });
  const lines = [
    line(emitted, ({ emissions_kgco2e: kg, course }) => (course === 'unknown' ? null : kg), false),
    line('Target, at the earliest', (one) => one.lower_line_kgco2e),
    line('Target, at the latest', (one) => one.upper_line_kgco2e),
    line('If nothing more is done', (one) => one.unchanged_kgco2e),
    line('With what is committed', (one) => one.committed_kgco2e),
    line('With all that is planned', (one) => one.possible_kgco2e),
  ].filter(({ points: known }) => known.some(([, value]) => value !== null));
  return (
    <>
      {!lines.some(({ name }) => name === emitted) && (
        <p>
          <Mark kind="unknown">No reporting year is measured well enough to be drawn as emitted.</Mark>
        </p>
      )}
      <TimeChart
        title="Emissions by reporting year"
        unit="tCO2e"
        kind="bars"
        lines={lines}
        from={Date.parse(first.from) / 1000}
        to={Date.parse(last.to) / 1000}
        height={300}
      />
    </>
  );
}

function Milestones({ gaps }: { gaps: readonly Gap[] }) {
  return (
    <Table
      caption="At each milestone"
      rows={gaps}
      rowKey={({ year, says }) => `${year} ${says}`}
      empty="The target has no milestone ahead."
      columns={[
        {
          heading: 'Year',
          head: true,
          cell: ({ year, says }) => (
            <>
              {year}
              <div class="quiet">{says}</div>
            </>
          ),
          sort: ({ year }) => year,
        },
        { heading: 'May be emitted, t', number: true, cell: ({ level_kgco2e: kg }) => number(tonnes(kg)) },
        { heading: 'Above it with what is committed, t', number: true, cell: (gap) => over(gap.gap_committed_kgco2e) },
        { heading: 'Above it with all that is planned, t', number: true, cell: (gap) => over(gap.gap_possible_kgco2e) },
        {
          heading: 'Capital not secured',
          number: true,
          cell: ({ unsecured_capital_gbp: gbp }) => pounds(gbp, 0),
        },
        {
          heading: 'For the rest, indicative',
          number: true,
          cell: ({ rest_indicative_gbp: gbp, because }) => <span title={because.join(' ')}>{pounds(gbp, 0)}</span>,
        },
      ]}
    />
  );
}

/** Below 0 the milestone is met with so much to spare. */
function over(kg: number | null) {
  if (kg === null) return 'not known';
  if (kg <= 0) return <Mark kind="good">met, {number(-kg / 1000)} to spare</Mark>;
  return <Mark kind="bad">{number(kg / 1000)}</Mark>;
}

const courseWords: Readonly<Record<Year['course'], string>> = {
  ahead: 'under both lines',
  on_course: 'between the lines',
  off_course: 'above both lines',
  unknown: 'not known',
};

const yearColumns: readonly Column<Year>[] = [
  { heading: 'Year', head: true, cell: ({ local_date: date }) => `from ${date}`, sort: ({ year }) => year },
  { heading: 'Emitted, t', number: true, cell: (one) => number(tonnes(one.emissions_kgco2e)) },
  {
    heading: 'Against the line',
    cell: ({ course, status, measured_share: share }) => (
      <>
        {courseWords[course]}
        {status === 'partial' && share !== null && <Mark kind="warn">only {percent(share)} measured</Mark>}
      </>
    ),
  },
  { heading: 'Target, t', number: true, cell: (one) => number(tonnes(one.upper_line_kgco2e)) },
  { heading: 'If nothing more is done, t', number: true, cell: (one) => number(tonnes(one.unchanged_kgco2e)) },
  { heading: 'With what is committed, t', number: true, cell: (one) => number(tonnes(one.committed_kgco2e)) },
  { heading: 'With all that is planned, t', number: true, cell: (one) => number(tonnes(one.possible_kgco2e)) },
];

function Years({ points, organisation }: { points: readonly Year[]; organisation: string }) {
  return (
    <details>
      <summary>Year by year</summary>
      <Table
        caption="The way, year by year"
        hideCaption
        columns={yearColumns}
        rows={points}
        rowKey={({ year }) => String(year)}
        csv={csvHref('/v1/plan/trajectory', { query: { organisation } })}
      />
    </details>
  );
}
