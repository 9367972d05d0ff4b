import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Share } from '../../pieces/figure.tsx';
import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { amount, day, number, percent, words } from '../../say.ts';

type TargetsAnswer = Answers['/v1/reports/targets'];
type Progress = TargetsAnswer['figures'][number];

/** Each organisation against the lines of its targets: the newest twelve months that are over. */
export function Targets({ organisation }: { organisation: string | undefined }) {
  const query = { organisation, rolling_months: 1 };
  const asked = useAsked('/v1/reports/targets', { query });
  return (
    <Section
      title="Against the targets"
      says="The newest twelve months beside the lines from the baseline to each target. A greener grid is told apart from less use."
      actions={<a href="/plan">The way there: the four-step plan</a>}
    >
      <Loaded asked={asked} waiting="Laying the years beside their targets">
        {(answer) => <Progressing answer={answer} csv={csvHref('/v1/reports/targets', { query })} />}
      </Loaded>
    </Section>
  );
}

/** The newest row of each target. */
function newestOf({ figures }: TargetsAnswer): Progress[] {
  const newest = new Map<string, Progress>();
  for (const row of figures) {
    const key = `${row.organisation} ${row.target}`;
    const before = newest.get(key);
    if (row.kind === 'rolling_year' && (before === undefined || row.to > before.to)) newest.set(key, row);
  }
  return [...newest.values()];
}

const courseKinds: Readonly<Record<Progress['course'], MarkKind>> = {
  ahead: 'good',
  on_course: 'good',
  off_course: 'bad',
  unknown: 'unknown',
};

function Progressing({ answer, csv }: { answer: TargetsAnswer; csv: string }) {
  const names = new Map(answer.targets.map((target) => [`${target.organisation} ${target.target}`, target]));
  const nameOf = (row: Progress): string => names.get(`${row.organisation} ${row.target}`)?.target_name ?? row.target;
  return (
    <>
      <Table
        caption="Twelve months against each target"
        rows={newestOf(answer)}
        rowKey={(row) => `${row.organisation} ${row.target}`}
        csv={csv}
        sortedBy="Organisation"
        ascending
        empty="No organisation of this key has a target in the register."
        columns={[
          {
            heading: 'Organisation',
            head: true,
            cell: (row) => row.organisation_name,
            sort: (row) => row.organisation_name,
          },
          { heading: 'Target', cell: nameOf, sort: nameOf },
          { heading: 'Up to', cell: (row) => day(row.to), sort: (row) => row.to },
          {
            heading: 'Emissions, tCO₂e',
            number: true,
            cell: (row) => number(row.emissions_kgco2e === null ? null : row.emissions_kgco2e / 1000),
            sort: (row) => row.emissions_kgco2e,
          },
          { heading: 'Of the baseline', number: true, cell: (row) => percent(row.of_baseline_share) },
          { heading: 'Change by use', number: true, cell: (row) => changeSaid(row.change_in_use_kgco2e) },
          { heading: 'Change by other factors', number: true, cell: (row) => changeSaid(row.change_of_factors_kgco2e) },
          { heading: 'Course', cell: (row) => <Mark kind={courseKinds[row.course]}>{words(row.course)}</Mark> },
          { heading: 'Known how well', cell: (row) => <Share share={row.measured_share} /> },
        ]}
      />
      {answer.without_baseline.length > 0 && (
        <Empty
          says={`Without a baseline in the register, and so without a line: ${answer.without_baseline.join(', ')}.`}
          next="A reporting year is frozen as one with: meterhouse report baseline"
        />
      )}
    </>
  );
}

/** The API says a saving below 0; people are told which way it went. */
function changeSaid(kilograms: number | null): string {
  const tonnes = amount(kilograms === null ? null : Math.abs(kilograms) / 1000, 't');
  return kilograms === null || kilograms === 0 ? tonnes : `${tonnes} ${kilograms < 0 ? 'less' : 'more'}`;
}
