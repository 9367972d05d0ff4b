import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { Mark } from '../../pieces/mark.tsx';
import { Page } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf, londonDate } from '../../place.ts';
import { day, time, words } from '../../say.ts';
import { amountOf, Around, Chain, ChainLink, ConversionList, Decided, QualityMark } from './chain.tsx';
import { useMeterName } from './names.ts';
import { exactly, sayUnit, sentence } from './units.ts';

type Explained = Answers['/v1/explain/half-hour'];
type Reading = Explained['readings'][number];

const halfHourMs = 1_800_000;

/** The chain behind one half-hour: what it says, the rule, the readings, what a count is worth, who decided what. */
export function ExplainHalfHour({ meter, at }: { meter: string; at: string }) {
  const asked = useAsked('/v1/explain/half-hour', { query: { meter, at } });
  const name = useMeterName(meter);
  const date = londonDate(Date.parse(at));
  return (
    <Page
      title={`Half-hour from ${time(at)}`}
      says={`Of ${name}: from what it says down to the readings.`}
      crumbs={[
        { href: '/explain', text: 'Where a number comes from' },
        { href: `/meters/${meter}`, text: name },
        { href: hrefOf('/explain', { meter, date }), text: day(date) },
      ]}
      actions={<Neighbours meter={meter} at={at} />}
    >
      <Loaded asked={asked} waiting="Following the chain">
        {(explained) => <Told explained={explained} />}
      </Loaded>
    </Page>
  );
}

function Neighbours({ meter, at }: { meter: string; at: string }) {
  const other = (by: number): string =>
    hrefOf('/explain', { meter, at: new Date(Date.parse(at) + by * halfHourMs).toISOString() });
  return (
    <>
      <a href={other(-1)}>The one before</a>
      <a href={other(1)}>The one after</a>
    </>
  );
}

function Told({ explained }: { explained: Explained }) {
  const { half_hour: told, unit } = explained;
  return (
    <Chain>
      <ChainLink title={<>It says {amountOf(told)}</>}>
        <p>
          <QualityMark quality={told.quality} /> {time(told.from)} to {time(told.to).slice(-5)}.
        </p>
      </ChainLink>
      <ChainLink title={<>By the rule “{told.rule === null ? 'none' : words(told.rule)}”</>}>
        <p>{told.says === null ? 'Nothing was ever worked out for it.' : `${sentence(told.says)}.`}</p>
        <p class="quiet">
          {told.register_version === null ? '' : `Worked out with version ${told.register_version} of the register.`}
        </p>
        <Around of={explained} />
      </ChainLink>
      <ChainLink title="From these readings">
        <Readings explained={explained} />
      </ChainLink>
      <ChainLink title="What a count is worth">
        <ConversionList conversion={explained.conversion} unit={unit} />
      </ChainLink>
      <ChainLink title="Who decided what">
        <Decided of={explained} />
      </ChainLink>
    </Chain>
  );
}

function Readings({ explained }: { explained: Explained }) {
  const { readings, half_hour: told, unit } = explained;
  const isEdge = ({ at, kind }: Reading): boolean => kind === 'register' && (at === told.from || at === told.to);
  const edges = readings.filter((one) => isEdge(one) && one.believed);
  const [first, last] = [edges.find(({ at }) => at === told.from), edges.find(({ at }) => at === told.to)];
  return (
    <>
      {first && last && told.rule === 'register' && (
        <Sum from={first.value} to={last.value} unit={sayUnit(unit)} explained={explained} />
      )}
      <Table
        caption="Those in it, and the nearest on both sides"
        rows={readings}
        rowKey={({ at, kind, value }) => `${at} ${kind} ${value}`}
        empty="No reading is near it."
        columns={[
          {
            heading: 'Stamped',
            head: true,
            cell: (one) => (
              <>
                {time(one.at)} {isEdge(one) && <span class="quiet">(an edge of it)</span>}
              </>
            ),
          },
          { heading: 'Kind', cell: ({ kind }) => kind },
          { heading: 'Face', number: true, cell: (one) => `${exactly(one.value, 3)} ${sayUnit(one.unit)}` },
          { heading: 'Received', cell: ({ received }) => time(received) },
          {
            heading: 'Believed',
            cell: ({ believed, says }) =>
              believed ? <Mark kind="good">yes</Mark> : <Mark kind="bad">no: {says ?? 'no reason is kept'}</Mark>,
          },
        ]}
      />
    </>
  );
}

/** The sum that anybody can do again: register less register, times what a count is worth. */
function Sum(shape: { from: number; to: number; unit: string; explained: Explained }) {
  const { from, to, unit, explained } = shape;
  const { energy_kwh_per_count: energy, volume_m3_per_count: volume } = explained.conversion;
  const counts = to - from;
  const [worth, made] = energy === null ? [volume, 'm³'] : [energy, 'kWh'];
  return (
    <p>
      {exactly(to, 3)} − {exactly(from, 3)} ={' '}
      <strong>
        {exactly(counts, 3)} {unit}
      </strong>
      {worth !== null && worth !== 1 && (
        <>
          , × {exactly(worth, 6)} ={' '}
          <strong>
            {exactly(counts * worth, 3)} {made}
          </strong>
        </>
      )}
    </p>
  );
}
