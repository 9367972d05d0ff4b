import type { Answers } from '../../answers.ts';
import { now } from '../../clock.ts';
import { Share } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf } from '../../place.ts';
import { ago, day, number, pounds } from '../../say.ts';
import type { CostRow, SupplyPointRow } from './said.ts';

/** What somebody must be told today, before anything else. */
export function NoticesDue({ points }: { points: readonly SupplyPointRow[] }) {
  const due = points.filter(({ reminders }) => reminders.length > 0);
  if (due.length === 0) return null;
  return (
    <div class="notice warn" role="note">
      <ul class="plain">
        {due.map((point) => (
          <li key={point.supply_point}>
            <Mark kind="warn">{reminderOf(point)}</Mark>{' '}
            <a href={`/supply/points/${point.supply_point}`}>
              {point.supply_point}, {point.site_name}
            </a>
            : {point.supplier ?? 'no supplier'}.{' '}
            <a href={hrefOf('/supply/offers', { points: point.supply_point })}>Compare offers for it</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function reminderOf({ notice_by: notice, contract_to: end, reminders }: SupplyPointRow): string {
  const isNotice = reminders.some((one) => one.startsWith('notice'));
  const date = isNotice ? notice : end;
  const what = isNotice ? 'Notice must be given by' : 'The contract ends on';
  return `${what} ${day(date)}, ${ago(date, now())}`;
}

type Row = SupplyPointRow & { readonly cost: CostRow | undefined };

interface SupplyPointsShape {
  readonly answer: Answers['/v1/supply-points'];
  /** Undefined while it is not known. */
  readonly costs: Answers['/v1/costs'] | undefined;
  readonly csv: string;
  readonly costsCsv: string;
}

export function SupplyPoints({ answer, costs, csv, costsCsv }: SupplyPointsShape) {
  const byPlace = new Map((costs?.costs ?? []).map((row) => [row.place, row]));
  const rows: Row[] = answer.supply_points.map((point) => ({ ...point, cost: byPlace.get(point.supply_point) }));
  return (
    <>
      <Table
        caption="Supply points"
        hideCaption
        rows={rows}
        rowKey={(row) => row.supply_point}
        csv={csv}
        sortedBy="Notice by"
        ascending
        empty="No supply point is written down for this choice."
        columns={[
          {
            heading: 'Supply point',
            head: true,
            cell: (row) => (
              <>
                <a href={`/supply/points/${row.supply_point}`}>{row.supply_point}</a>
                <div class="quiet">
                  {row.site_name}, {row.utility}
                </div>
              </>
            ),
            sort: (row) => row.supply_point,
          },
          { heading: 'Supplier', cell: (row) => row.supplier ?? <NoContract />, sort: (row) => row.supplier },
          { heading: 'Contract until', cell: (row) => day(row.contract_to), sort: (row) => row.contract_to },
          { heading: 'Notice by', cell: (row) => <NoticeBy row={row} on={answer.on} />, sort: (row) => row.notice_by },
          {
            heading: 'Cost, without VAT',
            number: true,
            cell: ({ cost }) => <Cost cost={cost} />,
            sort: ({ cost }) => cost?.cost_gbp,
          },
          {
            heading: 'All in',
            number: true,
            cell: ({ cost }) => <AllIn cost={cost} />,
            sort: ({ cost }) => cost?.all_in_p_per_kwh,
          },
          {
            heading: 'Measured',
            cell: ({ cost }) => (cost ? <Share share={cost.measured_share} /> : '…'),
            sort: ({ cost }) => cost?.measured_share,
          },
        ]}
      />
      <p class="table-foot">
        <a href={costsCsv} download>
          Save the costs as CSV
        </a>
      </p>
    </>
  );
}

function NoContract() {
  return <Mark kind="bad">no contract today</Mark>;
}

/** Days before the last day for notice from which on it stands out. */
const soonDays = 90;

function NoticeBy({ row: { notice_by: notice, contract_to: end }, on }: { row: Row; on: string }) {
  if (notice === null) return <span class="quiet">{end === null ? 'not known' : 'none written down'}</span>;
  const days = (Date.parse(notice) - Date.parse(on)) / 86_400_000;
  if (days < 0) return <Mark kind="bad">{day(notice)}, over</Mark>;
  if (days <= soonDays) {
    return (
      <Mark kind="warn">
        {day(notice)}, {ago(notice, now())}
      </Mark>
    );
  }
  return <>{day(notice)}</>;
}

function Cost({ cost }: { cost: CostRow | undefined }) {
  if (!cost) return <>…</>;
  if (cost.cost_gbp === null) return <Mark kind="unknown">not costed</Mark>;
  const { cost_low_gbp: low, cost_high_gbp: high } = cost;
  const isRange = low !== null && high !== null && high - low >= 0.5;
  return (
    <>
      {pounds(cost.cost_gbp)}
      {isRange && (
        <div class="quiet">
          {pounds(low)} to {pounds(high)}
        </div>
      )}
    </>
  );
}

function AllIn({ cost }: { cost: CostRow | undefined }) {
  if (!cost) return <>…</>;
  if (cost.all_in_gbp_per_m3 !== null) return <>{pounds(cost.all_in_gbp_per_m3, 2)}/m³</>;
  if (cost.all_in_p_per_kwh !== null) return <>{number(cost.all_in_p_per_kwh, 1)} p/kWh</>;
  return <>{(cost.use_kwh ?? cost.use_m3) === 0 ? 'nothing used' : 'not known'}</>;
}
