import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Loaded, Waiting } from '../../pieces/states.tsx';
import { addDays, hrefOf, londonDate } from '../../place.ts';
import { day, number, time, words } from '../../say.ts';
import { Balances } from './balances.tsx';
import { faultAdvice } from './fault-advice.ts';
import { useFresh } from './fresh.ts';
import { sayUnit, sentence } from './units.ts';

type Meter = Answers['/v1/meters/:meter'];
type Diagnosis = Answers['/v1/meters/:meter/diagnosis'];
type Finding = Diagnosis['findings'][number];
type Issue = Answers['/v1/data-issues']['issues'][number];

const diagnosedDays = 31;
const balancedDays = 7;

/** Whether the meter is right: what is open, what was found in its readings, and how it adds up with others. */
export function MeterDiagnosis({ meter, nameOf }: { meter: Meter; nameOf: (meter: string) => string }) {
  const again = useFresh(120, ({ name, data }) => name === 'half-hours' && data.meter === meter.id);
  const today = londonDate(now());
  const to = addDays(today, 1);
  const issues = useAsked('/v1/data-issues', { query: { meter: meter.id, state: ['opened', 'ongoing'] }, again });
  const diagnosis = useAsked('/v1/meters/:meter/diagnosis', {
    params: { meter: meter.id },
    query: { from: addDays(to, -diagnosedDays), to },
    again,
  });
  return (
    <Section
      title="Is the meter right?"
      says={`What its readings of the last ${diagnosedDays} days show, and how it adds up with the meters around it.`}
    >
      <Loaded asked={issues} waiting="Looking for open faults">
        {(open) =>
          diagnosis.state === 'loading' ? (
            <Waiting for="Going through its readings" since={diagnosis.since} />
          ) : (
            <Loaded asked={diagnosis}>
              {(found) => <Found meter={meter} issues={open.issues} diagnosis={found} />}
            </Loaded>
          )
        }
      </Loaded>
      <h3>With the meters around it, last {balancedDays} days</h3>
      <Balances
        query={{ meter: meter.id, from: addDays(to, -balancedDays), to }}
        nameOf={nameOf}
        empty="No meter above or below it: its readings alone can show a fault."
      />
    </Section>
  );
}

function Found({ meter, issues, diagnosis }: { meter: Meter; issues: readonly Issue[]; diagnosis: Diagnosis }) {
  const { findings } = diagnosis;
  return (
    <>
      <p role="status" class="verdict">
        <Verdict meter={meter} issues={issues} findings={findings} />
      </p>
      {issues.length > 0 && (
        <ul>
          {issues.map((issue) => (
            <li key={issue.id}>
              <Mark kind="warn">{words(issue.kind)}</Mark> {issue.says}, since {time(issue.from)}.{' '}
              <a href={`/data/issues/${issue.id}`}>What is known of it</a>
            </li>
          ))}
        </ul>
      )}
      {findings.length > 0 && (
        <ul class="cards">
          {findings.toReversed().map((finding) => (
            <li class="card" key={`${finding.class} ${finding.from}`}>
              <FindingCard finding={finding} unit={sayUnit(diagnosis.unit)} meter={meter.id} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface VerdictShape {
  readonly meter: Meter;
  readonly issues: readonly Issue[];
  readonly findings: readonly Finding[];
}

function Verdict({ meter, issues, findings }: VerdictShape) {
  if (meter.last_heard === null) {
    return <Mark kind="unknown">It cannot be told: no reading of it was ever heard.</Mark>;
  }
  if (now() - Date.parse(meter.last_heard) > meter.maximum_gap_s * 1000) {
    return <Mark kind="bad">No: nothing was heard of it since {time(meter.last_heard)}.</Mark>;
  }
  if (issues.length > 0) return <Mark kind="bad">Doubtful: {issues.map(({ says }) => says).join('; ')}.</Mark>;
  const open = findings.filter(({ confidence, questions }) => confidence !== 'sure' && questions.length > 0).at(-1);
  if (open) {
    return (
      <Mark kind="warn">
        {open.confidence === 'likely' ? 'Probably not' : 'Somebody must say'}: {open.says}.
      </Mark>
    );
  }
  if (findings.length > 0) {
    return <Mark kind="info">Right, as far as its readings show; what was wrong before was left out or counted.</Mark>;
  }
  return <Mark kind="good">Its own readings show no fault.</Mark>;
}

const confidenceMarks: Readonly<Record<Finding['confidence'], { kind: MarkKind; says: string }>> = {
  sure: { kind: 'info', says: 'nothing else explains it' },
  likely: { kind: 'warn', says: 'likely' },
  unclear: { kind: 'unknown', says: 'a person must say' },
};

function FindingCard({ finding, unit, meter }: { finding: Finding; unit: string; meter: string }) {
  const { kind, says } = confidenceMarks[finding.confidence];
  const at = (shown: Finding['before']): string =>
    shown === null ? 'not known' : `${number(shown.value, 1)} ${unit} at ${time(shown.at)}`;
  return (
    <>
      <h3>{words(finding.class)}</h3>
      <p>{sentence(finding.says)}.</p>
      <p>
        <Mark kind={kind}>{says}</Mark>
        <span class="quiet">
          {' '}
          {time(finding.from)} to {time(finding.to)}
        </span>
      </p>
      <p>
        <strong>What to do:</strong> <WhatToDo finding={finding} meter={meter} />
      </p>
      <details>
        <summary>Why</summary>
        <dl class="facts">
          <dt>Believed before</dt>
          <dd>{at(finding.before)}</dd>
          <dt>Believed after</dt>
          <dd>{at(finding.after)}</dd>
          {finding.disbelieved > 0 && (
            <>
              <dt>Not believed</dt>
              <dd>
                {finding.disbelieved} readings, first{' '}
                {finding.shown.map((one) => `${number(one.value, 1)} ${unit} at ${time(one.at)}`).join('; ')}
              </dd>
            </>
          )}
          {finding.factor !== null && (
            <>
              <dt>Counts by a factor of</dt>
              <dd>{number(finding.factor)}</dd>
            </>
          )}
        </dl>
        <List title="Evidence" rows={finding.evidence} />
        <List title="Less likely" rows={finding.alternatives.map((one) => `${words(one.class)}: ${one.says}`)} />
        <List title="Who knows the meter is asked" rows={finding.questions} />
        <a href={hrefOf('/explain', { meter, date: londonDate(Date.parse(finding.from)) })}>
          Explain {day(finding.from)}
        </a>
      </details>
    </>
  );
}

function WhatToDo({ finding, meter }: { finding: Finding; meter: string }) {
  const { says, go } = faultAdvice[finding.class];
  return (
    <>
      {says} {go === 'exchange' && <a href={hrefOf('/data/exchange', { meter })}>Record an exchange</a>}
      {go === 'read' && <a href={hrefOf('/data/read', { meter })}>Enter a read</a>}
    </>
  );
}

function List({ title, rows }: { title: string; rows: readonly string[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {rows.map((row) => (
          <li key={row}>{sentence(row)}</li>
        ))}
      </ul>
    </>
  );
}
