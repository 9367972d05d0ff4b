import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { now } from '../../clock.ts';
import { Section } from '../../pieces/page.tsx';
import { Share } from '../../pieces/figure.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, londonDate } from '../../place.ts';
import { amount, day } from '../../say.ts';

type Meter = Answers['/v1/meters/:meter'];
type Sources = Answers['/v1/meters/:meter/sources'];

const shownDays = 7;

/** Where the readings of a meter come from, and how far its sources are from each other. */
export function MeterSources({ meter }: { meter: Meter }) {
  const to = addDays(londonDate(now()), 1);
  const query = { from: addDays(to, -shownDays), to };
  const asked = useAsked('/v1/meters/:meter/sources', { params: { meter: meter.id }, query });
  return (
    <Section title="Where its readings come from">
      <Loaded asked={asked} waiting="Asking its sources">
        {(data) => <Shown data={data} meter={meter} />}
      </Loaded>
    </Section>
  );
}

function Shown({ data, meter }: { data: Sources; meter: Meter }) {
  const isWater = meter.utility === 'water';
  const unit = isWater ? 'm³' : 'kWh';
  const rows = data.days.flatMap(({ local_date, sources }) => sources.map((source) => ({ local_date, ...source })));
  const others = new Set(rows.map(({ source }) => source));
  others.delete(meter.id);
  if (others.size === 0) {
    return <p>All from the meter itself: {sayNewest(meter)}. No second source is there to hold it against.</p>;
  }
  const order = data.precedence.at(-1)?.order ?? [];
  return (
    <>
      {order.length > 0 && (
        <p>Taken in this order: {order.map((source) => (source === meter.id ? 'itself' : source)).join(', then ')}.</p>
      )}
      <Table
        caption={`Its sources, last ${shownDays} days`}
        rows={rows}
        rowKey={({ local_date, source }) => `${local_date} ${source}`}
        sortedBy="Day"
        columns={[
          { heading: 'Day', head: true, cell: (row) => day(row.local_date), sort: (row) => row.local_date },
          {
            heading: 'Source',
            cell: ({ source }) => (source === meter.id ? 'itself' : <a href={`/meters/${source}`}>{source}</a>),
            sort: ({ source }) => source,
          },
          { heading: 'Says', number: true, cell: (row) => amount(isWater ? row.volume_m3 : row.energy_kwh, unit) },
          {
            heading: 'Off what was taken',
            number: true,
            cell: (row) => amount(isWater ? row.difference_volume_m3 : row.difference_energy_kwh, unit),
          },
          { heading: 'Known', cell: (row) => <Share share={row.measured_share} /> },
        ]}
      />
    </>
  );
}

function sayNewest({ newest }: Meter): string {
  const kinds = newest.map(({ quantity, kind }) => `${kind === 'instant' ? 'momentary' : kind} ${quantity}`);
  return kinds.length === 0 ? 'nothing yet' : kinds.join(', ');
}
