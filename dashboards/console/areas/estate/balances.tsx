import { csvHref, useAsked, type Question } from '../../ask.ts';
import { Mark } from '../../pieces/mark.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { count, number, percent, words } from '../../say.ts';
import { type Balance, standingMarks, standingOf } from './balance-words.ts';

interface BalancesShape {
  readonly query: NonNullable<Question['query']>;
  readonly nameOf: (meter: string) => string;
  readonly empty?: string;
}

/** Mains against what is below them, and who most likely is wrong. */
export function Balances({ query, nameOf, empty }: BalancesShape) {
  const asked = useAsked('/v1/reconciliation', { query });
  return (
    <Loaded asked={asked} waiting="Adding up every half-hour">
      {({ balances }) =>
        balances.length === 0 ? (
          <Empty says={empty ?? 'No meter here has meters below it.'} />
        ) : (
          <Table
            caption="Mains against their sub-meters"
            hideCaption
            rows={balances}
            rowKey={({ of, from }) => `${of} ${from}`}
            csv={csvHref('/v1/reconciliation', { query })}
            columns={[
              { heading: 'Main', head: true, cell: (row) => <Main row={row} nameOf={nameOf} /> },
              { heading: 'Supplied', number: true, cell: (row) => amountsOf(row).supplied },
              { heading: 'Sub-meters', number: true, cell: (row) => amountsOf(row).below },
              { heading: 'Difference', number: true, cell: (row) => amountsOf(row).residual },
              { heading: 'By accuracy', number: true, cell: (row) => amountsOf(row).bound },
              { heading: 'What it says', cell: (row) => <Says row={row} nameOf={nameOf} /> },
            ]}
          />
        )
      }
    </Loaded>
  );
}

function amountsOf(row: Balance) {
  const isWater = row.utility === 'water';
  const unit = isWater ? 'm³' : 'kWh';
  const said = (value: number | null): string => (value === null ? 'not known' : `${number(value)} ${unit}`);
  const bound = isWater ? row.bound_m3 : row.bound_kwh;
  return {
    supplied: said(isWater ? row.supplied_m3 : row.supplied_kwh),
    below: said(isWater ? row.sub_metered_m3 : row.sub_metered_kwh),
    residual: said(isWater ? row.residual_m3 : row.residual_kwh),
    bound: bound === null ? 'not known' : `± ${said(bound)}`,
  };
}

function Main({ row, nameOf }: { row: Balance; nameOf: (meter: string) => string }) {
  // Several mains together are `site:utility`.
  if (row.of.includes(':')) return <>All mains of {words(row.utility).toLowerCase()}</>;
  return <a href={`/meters/${row.of}`}>{nameOf(row.of)}</a>;
}

function Says({ row, nameOf }: { row: Balance; nameOf: (meter: string) => string }) {
  const standing = standingOf(row);
  const { kind, says } = standingMarks[standing];
  const uncompared = row.half_hours - row.compared_half_hours;
  return (
    <>
      <Mark kind={kind}>{says}</Mark>
      {row.suspect !== null && (
        <div>
          Most likely <a href={`/meters/${row.suspect}`}>{nameOf(row.suspect)}</a>
          {row.cause_says !== null && `: ${row.cause_says}`}
          {row.confidence !== null && ` (${percent(row.confidence)} sure)`}
        </div>
      )}
      {row.suspect === null && standing !== 'agrees' && (
        <div class="quiet">{standing === 'unmetered' && row.cause_says !== null ? row.cause_says : row.says}</div>
      )}
      {uncompared > 0 && (
        <div class="quiet">
          {count(uncompared, 'half-hour')} of {row.half_hours} left out: not every meter is measured in them
        </div>
      )}
    </>
  );
}
