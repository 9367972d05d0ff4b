import type { Answers } from '../../answers.ts';
import { csvHref, useAsked } from '../../ask.ts';
import { Mark } from '../../pieces/mark.tsx';
import { Share } from '../../pieces/figure.tsx';
import { Table } from '../../pieces/table.tsx';
import type { Period } from '../../place.ts';
import { ago, amount, percent, time, words } from '../../say.ts';
import { useClock } from './fresh.ts';
import { type Quality, troublesOf, worstOf } from './meter-state.ts';
import { roleOf, sayUnit } from './units.ts';

type Meter = Answers['/v1/meters']['meters'][number];

interface Placed {
  readonly meter: Meter;
  /** How many meters are above it. */
  readonly depth: number;
}

/** The meters of a site in the order of their tree, with what each says and how well it is known. */
export function MeterList({ meters, site, week }: { meters: readonly Meter[]; site: string; week: Period }) {
  const at = useClock(15);
  const query = { site, from: week.from, to: week.to };
  const quality = useAsked('/v1/data-quality', { query });
  const issues = useAsked('/v1/data-issues', { query: { state: ['opened', 'ongoing'], site } });
  const rows = quality.state === 'known' ? quality.data.meters : [];
  const qualities = new Map(rows.map((row) => [row.meter, row]));
  const worst = worstOf(troublesOf(rows, issues.state === 'known' ? issues.data.issues : []));
  return (
    <Table
      caption="Meters of the site"
      hideCaption
      rows={inTree(meters)}
      rowKey={({ meter }) => meter.id}
      csv={csvHref('/v1/data-quality', { query })}
      empty="No meter hangs on this site."
      columns={[
        { heading: 'Meter', head: true, cell: (row) => <Name row={row} />, sort: ({ meter }) => meter.name },
        {
          heading: 'What it is',
          cell: ({ meter }) => `${words(meter.utility)} · ${roleOf(meter)}`,
          sort: ({ meter }) => `${meter.utility} ${roleOf(meter)}`,
        },
        { heading: 'Says now', number: true, cell: ({ meter }) => <SaysNow newest={meter.newest} /> },
        {
          heading: 'Heard',
          cell: ({ meter }) => (
            <span title={meter.last_heard === null ? undefined : time(meter.last_heard)}>
              {ago(meter.last_heard, at)}
            </span>
          ),
          sort: ({ meter }) => meter.last_heard,
        },
        {
          heading: 'Last 7 days',
          cell: ({ meter }) => <Known quality={qualities.get(meter.id)} />,
          sort: ({ meter }) => qualities.get(meter.id)?.measured_share,
        },
        {
          heading: 'State',
          cell: ({ meter }) => {
            const trouble = worst.get(meter.id);
            if (trouble) return <Mark kind={trouble.kind}>{trouble.what}</Mark>;
            return quality.state === 'known' && issues.state === 'known' ? (
              <Mark kind="good">nothing wrong</Mark>
            ) : (
              <span class="quiet">…</span>
            );
          },
        },
      ]}
    />
  );
}

function Name({ row: { meter, depth } }: { row: Placed }) {
  return (
    <>
      {depth > 0 && (
        <span class="quiet" aria-hidden="true">
          {' '.repeat((depth - 1) * 4)}└{' '}
        </span>
      )}
      <a href={`/meters/${meter.id}`}>{meter.name}</a>
    </>
  );
}

/** Power or flow where it says one, else what its register shows. */
function SaysNow({ newest }: { newest: Meter['newest'] }) {
  const rate = newest.find(({ kind }) => kind === 'instant');
  if (rate) return <>{amount(rate.value, sayUnit(rate.unit))}</>;
  const [said] = newest;
  if (!said) return <span class="quiet">nothing</span>;
  return (
    <>
      {amount(said.value, sayUnit(said.unit))} <span class="quiet">{said.kind}</span>
    </>
  );
}

/** From here on a meter is well known. */
const goodShare = 0.98;

function Known({ quality }: { quality: Quality | undefined }) {
  if (!quality) return <span class="quiet">…</span>;
  if (quality.half_hours === 0) return <span class="quiet">not valid then</span>;
  // A restart costs a half-hour: that is told, and no reason to go there.
  const share = quality.measured_share;
  if (share !== null && share >= goodShare) return <span class="quiet">{percent(share)} measured</span>;
  return <Share share={share} />;
}

/** Each meter after the one above it; those without one in the order of utilities. */
function inTree(meters: readonly Meter[]): Placed[] {
  const ids = new Set(meters.map(({ id }) => id));
  const below = Map.groupBy(meters, ({ parent }) => (parent !== null && ids.has(parent) ? parent : ''));
  const walk = (parent: string, depth: number): Placed[] =>
    (below.get(parent) ?? [])
      .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en-GB'))
      .flatMap((meter) => [{ meter, depth }, ...walk(meter.id, depth + 1)]);
  return walk('', 0);
}

const firstUtilities: readonly string[] = ['electricity', 'gas', 'heat', 'water'];

function rank({ utility }: Meter): number {
  const at = firstUtilities.indexOf(utility);
  return at < 0 ? firstUtilities.length : at;
}
