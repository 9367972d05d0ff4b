import type { Answers } from '../../answers.ts';
import { now } from '../../clock.ts';
import { Share } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Partial } from '../../pieces/states.tsx';
import { type Column, Table } from '../../pieces/table.tsx';
import { addressOf } from '../../ask.ts';
import { count, day, number, percent, pounds, time } from '../../say.ts';
import type { ComparisonAnswer } from './comparison.ts';
import { Intervals } from './intervals.tsx';
import { LeftOutSection } from './left-out-section.tsx';
import { OffersBySite } from './offers-by-site.tsx';
import { OffersRenewable } from './offers-renewable.tsx';
import { bodyOf, type OffersQuestion } from './offers-question.ts';
import { OffersWhy } from './offers-why.tsx';
import { Save } from './save.tsx';

interface AnswerShape {
  readonly answer: ComparisonAnswer;
  readonly question: OffersQuestion;
  readonly tariffs: Answers['/v1/tariffs']['tariffs'];
}

type OfferRow = ComparisonAnswer['offers'][number];

/** What was found: the ranking first, then why, by site, what is renewable, and what was left out. */
export function OffersAnswer({ answer, question, tariffs }: AnswerShape) {
  return (
    <>
      <Section title="The cheapest" actions={<Saves answer={answer} question={question} />}>
        <Verdict answer={answer} />
        <LoadUsed answer={answer} />
        <Intervals
          title={`${day(answer.period.from)} to ${day(lastOf(answer.period.to))}, £ with VAT`}
          rows={answer.offers.map((row) => ({
            name: nameOf(row),
            low: row.total_low_gbp,
            value: row.total_gbp,
            high: row.total_high_gbp,
          }))}
        />
        <Ranking answer={answer} />
        {answer.uncertain.length > 0 && (
          <>
            <h3>What it rests on</h3>
            <ul>
              {answer.uncertain.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </>
        )}
      </Section>
      <LeftOutSection left={answer.left_out} carry={question.carry} tariffs={tariffs} />
      {answer.utility === 'electricity' && <OffersRenewable answer={answer} />}
      <OffersBySite answer={answer} />
      <OffersWhy answer={answer} />
    </>
  );
}

/** The supplier alone, where none has two offers here: headings of columns are narrow. */
export function shortName(offer: OfferRow, offers: readonly OfferRow[]): string {
  return offers.filter(({ supplier }) => supplier === offer.supplier).length === 1 ? offer.supplier : nameOf(offer);
}

function nameOf({ supplier, offer_name: name }: { supplier: string; offer_name: string }): string {
  return `${supplier}: ${name}`;
}

/** The last instant of a half-open period, for its date. */
function lastOf(to: string): number {
  return Date.parse(to) / 1000 - 1;
}

/** The answer in a sentence, with whether the order is certain. */
function Verdict({ answer }: { answer: ComparisonAnswer }) {
  const [first, second] = answer.offers;
  if (!first) return null;
  const isOpen = second !== undefined && second.total_low_gbp <= first.total_high_gbp;
  const left = new Set(answer.left_out.filter(({ kind }) => kind === 'offer').map(({ id }) => id)).size;
  const rivals = answer.offers.slice(1).filter(({ total_low_gbp: low }) => low <= first.total_high_gbp);
  return (
    <>
      <p class="verdict">
        <strong>{nameOf(first)}</strong> costs the least for our half-hours:{' '}
        <strong>{pounds(first.total_gbp)} with VAT</strong>
        {first.all_in_p_per_kwh !== null && <>, {number(first.all_in_p_per_kwh, 2)} p/kWh without</>}.
        {second && <> The next costs {pounds(second.total_gbp - first.total_gbp)} more.</>}
        {left > 0 && (
          <>
            {' '}
            That is among the {count(answer.offers.length, 'offer')} that can be priced: {count(left, 'offer')}{' '}
            {left === 1 ? 'is' : 'are'} left out, with the reason below.
          </>
        )}
      </p>
      {second && (
        <p>
          {isOpen ? (
            <Mark kind="warn">
              The order is not certain: the range of {rivals.map((one) => one.supplier).join(', ')} overlaps with it.
            </Mark>
          ) : (
            <Mark kind="good">The order is certain: no range of another offer overlaps with it.</Mark>
          )}
        </p>
      )}
    </>
  );
}

/** The half-hours everything rests on, and how much of them was measured. */
function LoadUsed({ answer }: { answer: ComparisonAnswer }) {
  const [first] = answer.offers;
  const share = first?.measured_share ?? null;
  const use = first?.use_kwh ?? first?.use_m3 ?? null;
  const unit = first?.use_m3 === null ? 'kWh' : 'm³';
  return (
    <>
      <p class="says">
        {number(use)} {unit} at {answer.load.map((one) => `${one.site_name} (${one.supply_point})`).join(', ')}, by the
        half-hours of {day(answer.load_year.from)} to {day(lastOf(answer.load_year.to))}.
      </p>
      {share !== null && share < 0.9995 ? (
        <Partial share={share} says="The range of each offer holds what the missing half-hours may have been." />
      ) : (
        <Share share={share} />
      )}
    </>
  );
}

function Saves({ answer, question }: Pick<AnswerShape, 'answer' | 'question'>) {
  const body = bodyOf(question);
  const points = answer.load.map((one) => one.supply_point);
  const file = `offers-${day(answer.period.from).replaceAll(' ', '-')}`;
  const address = (query: Record<string, string>): string => addressOf('/v1/tariff-comparisons', { query });
  return (
    <>
      <Save text="CSV" address={address({ format: 'csv' })} body={body} file={`${file}.csv`} />
      <Save
        text="Spreadsheet with all tables"
        address={address({ format: 'xlsx' })}
        body={body}
        file={`${file}.xlsx`}
      />
      <Save text="Chart" address={address({ format: 'svg' })} body={body} file={`${file}.svg`} />
      <a href={addressOf('/v1/tender-pack', { query: { supply_point: points, format: 'xlsx' } })} download>
        Tender pack for suppliers
      </a>
    </>
  );
}

function Ranking({ answer }: { answer: ComparisonAnswer }) {
  const columns: Column<OfferRow>[] = [
    { heading: 'Rank', number: true, cell: (row) => row.rank, sort: (row) => row.rank },
    {
      heading: 'Offer',
      head: true,
      cell: (row) => (
        <>
          {row.supplier}
          <div class="quiet">{row.offer_name}</div>
        </>
      ),
      sort: nameOf,
    },
    {
      heading: 'With VAT',
      number: true,
      cell: (row) => (
        <>
          {pounds(row.total_gbp)}
          {row.total_high_gbp - row.total_low_gbp >= 0.5 && (
            <div class="quiet">
              {pounds(row.total_low_gbp)} to {pounds(row.total_high_gbp)}
            </div>
          )}
        </>
      ),
      sort: (row) => row.total_gbp,
    },
    {
      heading: 'All in, without VAT',
      number: true,
      cell: (row) =>
        row.all_in_gbp_per_m3 === null
          ? `${number(row.all_in_p_per_kwh, 2)} p/kWh`
          : `${pounds(row.all_in_gbp_per_m3, 2)}/m³`,
      sort: (row) => row.all_in_p_per_kwh ?? row.all_in_gbp_per_m3,
    },
    {
      heading: 'Difference',
      cell: (row) => <Difference row={row} against={answer.against} />,
      sort: (row) => row.more_gbp,
    },
    ...(answer.utility === 'electricity'
      ? [
          {
            heading: 'Renewable',
            cell: (row: OfferRow) => <Promised share={row.rego_share} />,
            sort: (row: OfferRow) => row.rego_share,
          },
        ]
      : []),
    {
      heading: 'May be taken until',
      cell: (row) => <Until until={row.offered_until} />,
      sort: (row) => row.offered_until,
    },
  ];
  return <Table caption="Ranking" hideCaption rows={answer.offers} rowKey={(row) => row.offer} columns={columns} />;
}

function Difference({ row, against }: { row: OfferRow; against: string }) {
  if (row.offer === against) return <span class="quiet">the others are set against it</span>;
  return (
    <>
      {pounds(Math.abs(row.more_gbp))} {row.more_gbp >= 0 ? 'more' : 'less'}
      <div class="quiet">{row.why}</div>
    </>
  );
}

export function Promised({ share }: { share: number | null }) {
  if (share === null) return <Mark kind="unknown">nothing promised</Mark>;
  return <Mark kind="info">{percent(share)} promised</Mark>;
}

/** Days before the end of an offer from which on it stands out. */
const soonDays = 14;

function Until({ until }: { until: string | null }) {
  if (until === null) return <span class="quiet">not said</span>;
  const days = (Date.parse(until) - now()) / 86_400_000;
  if (days < 0) return <Mark kind="bad">over since {time(until)}</Mark>;
  return days <= soonDays ? <Mark kind="warn">{time(until)}</Mark> : <>{time(until)}</>;
}
