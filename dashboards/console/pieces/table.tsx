import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Empty } from './states.tsx';

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Stands at the right, digits under digits. */
  readonly number?: boolean;
  /** By what it is sorted; a column without it is not. Unknown comes last. */
  readonly sort?: (row: Row) => number | string | null | undefined;
  /** Names the row: read first on a phone and by a screen reader. */
  readonly head?: boolean;
}

interface TableShape<Row> {
  /** What the table is of; a screen reader hears it first. */
  readonly caption: string;
  readonly hideCaption?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What tells rows apart. Not named `key`, which Preact keeps for itself and a component never sees. */
  readonly rowKey: (row: Row) => string;
  /** Address of the same as CSV. */
  readonly csv?: string | undefined;
  /** What is said where there is no row. */
  readonly empty?: ComponentChildren;
  /** Heading by which it is sorted at first, and the way. */
  readonly sortedBy?: string;
  readonly ascending?: boolean;
}

/** A table that can be sorted and saved as CSV; on a phone each row is a card. */
export function Table<Row>(shape: TableShape<Row>) {
  const { caption, hideCaption, columns, rows, csv, empty } = shape;
  const [sorting, setSorting] = useState({ heading: shape.sortedBy, ascending: shape.ascending ?? false });
  if (rows.length === 0) return <Empty says={empty ?? 'There is nothing here.'} />;
  const by = columns.find(({ heading }) => heading === sorting.heading)?.sort;
  const sorted = by ? [...rows].sort((a, b) => compared(by(a), by(b), sorting.ascending)) : rows;
  const sortBy = (heading: string): void =>
    setSorting((now) => ({ heading, ascending: now.heading === heading ? !now.ascending : false }));
  return (
    <div class="table-frame">
      {/* The roles are said: on a phone rows are drawn as cards, and a browser would take them for no table. */}
      <table role="table">
        <caption class={hideCaption ? 'hidden' : undefined}>{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Heading key={column.heading} column={column} sorting={sorting} sortBy={sortBy} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sorted.map((row) => (
            <tr key={shape.rowKey(row)} role="row">
              {columns.map((column) => (
                <Cell key={column.heading} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {csv !== undefined && (
        <p class="table-foot">
          <a href={csv} download>
            Save as CSV<span class="hidden">: {caption}</span>
          </a>
        </p>
      )}
    </div>
  );
}

interface Sorting {
  readonly heading: string | undefined;
  readonly ascending: boolean;
}

function Heading<Row>(shape: { column: Column<Row>; sorting: Sorting; sortBy: (heading: string) => void }) {
  const { column, sorting, sortBy } = shape;
  const isSorted = sorting.heading === column.heading && column.sort !== undefined;
  const order = sorting.ascending ? 'ascending' : 'descending';
  return (
    <th
      role="columnheader"
      scope="col"
      class={column.number ? 'number' : undefined}
      aria-sort={isSorted ? order : undefined}
    >
      {column.sort ? (
        <button type="button" class="sort" onClick={() => sortBy(column.heading)}>
          {column.heading}
          <span aria-hidden="true">{isSorted ? (sorting.ascending ? ' ▲' : ' ▼') : ''}</span>
        </button>
      ) : (
        column.heading
      )}
    </th>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const kind = column.number ? 'number' : undefined;
  if (column.head) {
    return (
      <th role="rowheader" scope="row" class={kind}>
        {column.cell(row)}
      </th>
    );
  }
  return (
    <td role="cell" class={kind} data-heading={column.heading}>
      <div>{column.cell(row)}</div>
    </td>
  );
}

type Sorted = number | string | null | undefined;

function compared(a: Sorted, b: Sorted, ascending: boolean): number {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en-GB');
  return ascending ? order : -order;
}
