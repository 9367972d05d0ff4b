import type { ComponentChildren } from 'preact';
import type { Answers } from '../../answers.ts';
import { Mark, type MarkKind } from '../../pieces/mark.tsx';
import { Table } from '../../pieces/table.tsx';
import { amount, day, number, time } from '../../say.ts';
import { exactly, sayUnit } from './units.ts';

/** Links of a chain, each resting on the one below it. */
export function Chain({ children }: { children: ComponentChildren }) {
  return <ol class="chain">{children}</ol>;
}

export function ChainLink({ title, children }: { title: ComponentChildren; children: ComponentChildren }) {
  return (
    <li>
      <h2>{title}</h2>
      {children}
    </li>
  );
}

type Explained = Answers['/v1/explain/half-hour'];
export type Quality = Explained['half_hour']['quality'];

const qualityMarks: Readonly<Record<Quality, MarkKind>> = { measured: 'good', estimated: 'warn', missing: 'bad' };

export function QualityMark({ quality }: { quality: Quality }) {
  return <Mark kind={qualityMarks[quality]}>{quality}</Mark>;
}

/** A half-hour's amount in the unit that it is known in. */
export function amountOf(one: { readonly energy_kwh: number | null; readonly volume_m3: number | null }): string {
  if (one.energy_kwh !== null && one.volume_m3 !== null) {
    return `${amount(one.energy_kwh, 'kWh')} (${amount(one.volume_m3, 'm³')})`;
  }
  return one.energy_kwh === null ? amount(one.volume_m3, 'm³') : amount(one.energy_kwh, 'kWh');
}

/** What one count of the face is worth, and where that is from. */
export function ConversionList({ conversion, unit }: { conversion: Explained['conversion']; unit: string }) {
  return (
    <dl class="facts">
      {worthOf(conversion, sayUnit(unit)).map(([name, value]) => (
        <div key={name} class="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The earliest date that a register means by “always”. */
const always = '1990-01-01';

function worthOf(of: Explained['conversion'], unit: string): (readonly [string, string])[] {
  const since = of.multiplier_from !== null && of.multiplier_from > always ? `, since ${day(of.multiplier_from)}` : '';
  const source = (named: string | null | undefined): string => named ?? 'source not known';
  const { calorific_value_mj_per_m3: calorific, volume_correction: correction, energy_content_kwh: content } = of;
  const rows: (readonly [string, string | undefined])[] = [
    ['Its face counts', unit],
    ['Multiplier', `${exactly(of.multiplier, 6)}${since}`],
    ['Then it is in', sayUnit(of.counted_unit)],
    ['Calorific value', told(calorific, (value) => `${value} MJ/m³, ${source(of.calorific_value_source)}`)],
    ['Volume correction', told(correction, String)],
    ['Energy content', told(content, (value) => sayContent(value, of.energy_content_per, of.energy_content_source))],
    ['Energy of a count', told(of.energy_kwh_per_count, (value) => `${value} kWh`)],
    ['Volume of a count', told(of.volume_m3_per_count, (value) => `${value} m³`)],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function told(value: number | null | undefined, say: (value: string) => string): string | undefined {
  return value === null || value === undefined ? undefined : say(exactly(value, 6));
}

function sayContent(value: string, per: string | null | undefined, source: string | null | undefined): string {
  return `${value} kWh per ${per ?? 'unit'}, ${source ?? 'source not known'}`;
}

/** What people and later readings changed: shown where there is something to tell. */
export function Decided({ of }: { of: Pick<Explained, 'rulings' | 'exchanges' | 'superseded' | 'unit'> }) {
  const acts = [...of.rulings, ...of.exchanges.map((act) => ({ ...act, stands: true }))];
  if (acts.length + of.superseded.length === 0) {
    return <p class="quiet">Nobody decided anything of this time, and no reading came again with another value.</p>;
  }
  return (
    <>
      {acts.length > 0 && (
        <Table
          caption="What people decided"
          rows={acts}
          rowKey={({ id }) => String(id)}
          columns={[
            { heading: 'When', cell: ({ at }) => time(at) },
            { heading: 'What', head: true, cell: ({ says }) => says },
            { heading: 'Who', cell: ({ who }) => who },
            { heading: 'Why', cell: ({ reason }) => reason },
            { heading: 'Stands', cell: ({ stands }) => (stands ? 'yes' : 'taken back') },
          ]}
        />
      )}
      {of.superseded.length > 0 && (
        <Table
          caption="Readings that came again with another value"
          rows={of.superseded}
          rowKey={({ at, series, replaced }) => `${at} ${series} ${replaced}`}
          columns={[
            { heading: 'Reading of', head: true, cell: ({ at }) => time(at) },
            { heading: 'Before', number: true, cell: ({ before }) => amount(before, sayUnit(of.unit)) },
            { heading: 'After', number: true, cell: ({ after }) => amount(after, sayUnit(of.unit)) },
            { heading: 'Came', cell: ({ replaced }) => time(replaced) },
          ]}
        />
      )}
    </>
  );
}

/** Known totals over rows of missing half-hours, what a virtual meter is made of, faults found then. */
export function Around({ of }: { of: Pick<Explained, 'gaps' | 'parts' | 'findings'> }) {
  return (
    <>
      {of.gaps.map((gap) => (
        <p key={gap.from}>
          <Mark kind="info">known in all</Mark> Between {time(gap.from)} and {time(gap.to)} {amountOf(gap)} passed; how
          it lies within is not known.
        </p>
      ))}
      {of.parts.length > 0 && (
        <Table
          caption="What it is made of"
          rows={of.parts}
          rowKey={({ meter }) => meter}
          columns={[
            { heading: 'Meter', head: true, cell: ({ meter }) => <a href={`/meters/${meter}`}>{meter}</a> },
            { heading: 'Times', number: true, cell: ({ times }) => number(times) },
            { heading: 'Counted', number: true, cell: (part) => amountOf(part) },
            { heading: 'Half-hours missing', number: true, cell: (part) => part.missing_half_hours },
          ]}
        />
      )}
      {of.findings.map((finding) => (
        <p key={`${finding.class} ${finding.from}`}>
          <Mark kind="warn">{finding.class.replaceAll('-', ' ')}</Mark> {finding.says}, {time(finding.from)} to{' '}
          {time(finding.to)}.
        </p>
      ))}
    </>
  );
}
