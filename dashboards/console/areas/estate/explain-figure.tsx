import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { Figure, Figures, Share } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page } from '../../pieces/page.tsx';
import { Loaded, Partial } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { hrefOf } from '../../place.ts';
import { amount, count, day, number, time, words } from '../../say.ts';
import { Chain, ChainLink, ConversionList } from './chain.tsx';
import { FigureMarket } from './explain-market.tsx';
import { sayUnit, sentence } from './units.ts';

type Explained = Answers['/v1/explain/figure'];
type Site = Explained['sites'][number];
type Meter = NonNullable<Site['meters']>[number];

/** What of the address names a figure; the rest is not the house's. */
const asked = [
  'figure',
  'site',
  'building',
  'organisation',
  'utility',
  'boundary',
  'factor_year',
  'from',
  'to',
  'known_on',
];

/** The chain behind a figure: sites, meters, rules and conversions, factors, areas, what people did. */
export function ExplainFigure({ query }: { query: Readonly<Record<string, string>> }) {
  const known = Object.fromEntries(Object.entries(query).filter(([name]) => asked.includes(name)));
  const explained = useAsked('/v1/explain/figure', { query: known });
  const title = explained.state === 'known' ? titleOf(explained.data) : 'Where a figure comes from';
  return (
    <Page title={title} says={says(explained)} crumbs={[{ href: '/explain', text: 'Where a number comes from' }]}>
      <Loaded asked={explained} waiting="Following the chain down to the meters">
        {(data) => <Told data={data} query={known} />}
      </Loaded>
    </Page>
  );
}

function titleOf({ figure, place, utility }: Explained): string {
  return `${words(figure)}${utility === null ? '' : ` of ${words(utility).toLowerCase()}`}: ${place.name}`;
}

function says(explained: ReturnType<typeof useAsked<'/v1/explain/figure'>>): string | undefined {
  if (explained.state !== 'known') return undefined;
  const { says: what, period, known_on: knownOn } = explained.data;
  const asKnown = knownOn === null ? '' : `, as it was known on ${day(knownOn)}`;
  return `${sentence(what)}, ${time(period.from)} to ${time(period.to)}${asKnown}.`;
}

function unitOf({ unit, per }: Explained): string {
  return sayUnit(per === null ? unit : `${unit}/${per}`);
}

function Told({ data, query }: { data: Explained; query: Readonly<Record<string, string>> }) {
  const isMissing = data.partial_because.includes('missing');
  return (
    <>
      <Figures>
        <Figure
          label={words(data.figure)}
          value={data.value}
          unit={unitOf(data)}
          share={data.measured_share}
          provisional={data.partial_because.includes('not-over')}
          note={data.value === null ? 'something that belongs to it is not known' : undefined}
        />
        {data.per !== null && data.energy_kwh !== null && <Figure label="Energy" value={data.energy_kwh} unit="kWh" />}
      </Figures>
      {isMissing && (
        <Partial share={data.measured_share} says="Half-hours are missing, and no known total covers them." />
      )}
      {data.warnings.length > 0 && (
        <details>
          <summary>{count(data.warnings.length, 'thing')} to know of it</summary>
          <ul>
            {data.warnings.map((warning) => (
              <li key={warning}>{words(warning)}</li>
            ))}
          </ul>
        </details>
      )}
      <Chain>
        <ChainLink
          title={
            data.sites.length === 1 ? 'From the meters of its site' : `From ${data.sites.length} sites and their meters`
          }
        >
          {data.sites.map((site) => (
            <SiteShare key={site.site} site={site} data={data} query={query} isOnly={data.sites.length === 1} />
          ))}
        </ChainLink>
        {data.factors.length > 0 && (
          <ChainLink title="With these factors">
            <Factors data={data} />
          </ChainLink>
        )}
        {data.areas.length > 0 && (
          <ChainLink title="Over these areas">
            <Areas data={data} />
          </ChainLink>
        )}
        {data.market && (
          <ChainLink title="Covered by">
            <FigureMarket market={data.market} />
          </ChainLink>
        )}
        <ChainLink title="Who decided what">
          <Acts data={data} />
          <p class="quiet">By version {data.register_version} of the register.</p>
        </ChainLink>
      </Chain>
    </>
  );
}

interface SiteShape {
  readonly site: Site;
  readonly data: Explained;
  readonly query: Readonly<Record<string, string>>;
  readonly isOnly: boolean;
}

/** A part of a figure in its own unit; of an intensity, in kWh. */
function partUnit({ unit }: Explained): string {
  return sayUnit(unit);
}

function SiteShare({ site, data, query, isOnly }: SiteShape) {
  const unit = partUnit(data);
  return (
    <details class="branch" open={isOnly}>
      <summary>
        <strong>{site.name}</strong> {amount(site.value, unit)}
      </summary>
      <p>
        <a href={`/sites/${site.site}`}>The site now</a>
      </p>
      {(site.meters ?? []).map((meter) => (
        <MeterShare
          key={`${meter.meter} ${meter.counts_as} ${meter.reporter}`}
          meter={meter}
          unit={unit}
          query={query}
        />
      ))}
      {site.adjustments.map((adjustment) => (
        <p key={adjustment.says}>
          <Mark kind="info">
            {words(adjustment.utility)} {amount(adjustment.value ?? adjustment.energy_kwh, unit)}
          </Mark>{' '}
          {adjustment.says}
        </p>
      ))}
    </details>
  );
}

const countsWords = { purchased: 'bought', own_renewable: 'made and used here', export: 'leaves the site' } as const;

function MeterShare({ meter, unit, query }: { meter: Meter; unit: string; query: Readonly<Record<string, string>> }) {
  const { from = '', to = '' } = query;
  return (
    <details class="branch">
      <summary>
        {meter.name}{' '}
        <span class="quiet">
          {words(meter.utility).toLowerCase()}, {countsWords[meter.counts_as]}
          {meter.times === 1 ? '' : `, × ${number(meter.times)}`}
        </span>{' '}
        {amount(meter.value, unit)}
      </summary>
      <p>
        <Share share={meter.measured_share} /> Counted {amount(meter.energy_kwh, 'kWh')}
        {meter.volume_m3 === null ? '' : ` of ${amount(meter.volume_m3, 'm³')}`}.{' '}
        <a href={hrefOf(`/meters/${meter.meter}`, { from, until: lastDayOf(to) })}>Its half-hours</a>
      </p>
      {meter.rules === null ? (
        <p class="quiet">Too many half-hours to count their rules: ask for a shorter period.</p>
      ) : (
        <ul>
          {meter.rules.map((rule) => (
            <li key={`${rule.rule} ${rule.quality}`}>
              {count(rule.half_hours, 'half-hour')} {rule.quality}, {amount(rule.energy_kwh, 'kWh')}: {rule.says}
            </li>
          ))}
        </ul>
      )}
      {meter.conversions.map((conversion) => (
        <div key={conversion.from}>
          <h3>What a count is worth from {day(conversion.from)}</h3>
          <ConversionList conversion={conversion} unit={conversion.counted_unit} />
        </div>
      ))}
      {meter.superseded.length > 0 && (
        <p class="quiet">
          {count(meter.superseded.length, 'settled day')} said something else before, last until{' '}
          {time(meter.superseded[0]?.until)}.
        </p>
      )}
    </details>
  );
}

/** The day before an end that does not belong to a period. */
function lastDayOf(to: string): string | undefined {
  const at = Date.parse(to.slice(0, 10));
  return Number.isNaN(at) ? undefined : new Date(at - 86_400_000).toISOString().slice(0, 10);
}

function Factors({ data }: { data: Explained }) {
  return (
    <Table
      caption="Emission factors"
      hideCaption
      rows={data.factors}
      rowKey={(one) => `${one.utility} ${one.activity} ${one.scope} ${one.valid_from} ${one.set}`}
      columns={[
        { heading: 'Of', head: true, cell: (one) => `${words(one.utility)}, ${words(one.activity).toLowerCase()}` },
        { heading: 'Scope', number: true, cell: (one) => one.scope },
        { heading: 'Factor', number: true, cell: (one) => `${number(one.value, 5)} ${sayUnit(one.unit)}` },
        { heading: 'Set', cell: (one) => one.set },
        { heading: 'Valid', cell: (one) => `${day(one.valid_from)} to ${day(one.valid_to)}` },
        {
          heading: 'Standing',
          cell: (one) => <Mark kind={one.standing === 'verified' ? 'good' : 'warn'}>{one.standing}</Mark>,
        },
        { heading: 'Source', cell: (one) => one.source },
      ]}
    />
  );
}

function Areas({ data }: { data: Explained }) {
  return (
    <Table
      caption="Gross internal areas"
      hideCaption
      rows={data.areas}
      rowKey={({ place }) => place}
      columns={[
        { heading: 'Place', head: true, cell: ({ place }) => place },
        { heading: 'Area, by days', number: true, cell: (one) => amount(one.gross_internal_area_m2, 'm²') },
        { heading: 'Days open', number: true, cell: (one) => one.open_days },
        { heading: 'Days not known', number: true, cell: (one) => one.unknown_days },
      ]}
    />
  );
}

function Acts({ data }: { data: Explained }) {
  return (
    <Table
      caption="What people did that touches it"
      hideCaption
      rows={data.acts}
      rowKey={({ id }) => String(id)}
      empty="Nobody did anything that touches these meters and this time."
      columns={[
        { heading: 'When', cell: ({ at }) => time(at) },
        { heading: 'What', head: true, cell: ({ says: what }) => what },
        { heading: 'Meter', cell: ({ meter }) => (meter === null ? '' : <a href={`/meters/${meter}`}>{meter}</a>) },
        { heading: 'Who', cell: ({ who }) => who },
        { heading: 'Why', cell: ({ reason }) => reason },
      ]}
    />
  );
}
