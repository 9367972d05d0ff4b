import { Mark } from '../../pieces/mark.tsx';
import { Section } from '../../pieces/page.tsx';
import { Table } from '../../pieces/table.tsx';
import { number, pounds } from '../../say.ts';
import type { ComparisonAnswer } from './comparison.ts';
import { shortName } from './offers-answer.tsx';
import { grouped } from './sums.ts';

/** The offers at each site, one contract for all against one for each, and the capacity that each needs. */
export function OffersBySite({ answer }: { answer: ComparisonAnswer }) {
  const sites = [...grouped(answer.sites, ({ site }) => site)].map(([site, rows]) => ({
    site,
    name: rows[0]?.site_name ?? site,
    rows,
  }));
  return (
    <Section title="At each site" says="£ with VAT. The sites of an offer add up to what it costs in all.">
      <Table
        caption="Offers at each site"
        hideCaption
        rows={sites}
        rowKey={({ site }) => site}
        columns={[
          {
            heading: 'Site',
            head: true,
            cell: ({ site, name }) => <a href={`/sites/${site}`}>{name}</a>,
            sort: ({ name }) => name,
          },
          ...answer.offers.map((offer) => ({
            heading: shortName(offer, answer.offers),
            number: true,
            cell: ({ rows }: (typeof sites)[number]) => <AtSite row={rows.find((row) => row.offer === offer.offer)} />,
            sort: ({ rows }: (typeof sites)[number]) => rows.find((row) => row.offer === offer.offer)?.total_gbp,
          })),
        ]}
      />
      <OneOrEach answer={answer} />
      <Capacity answer={answer} />
    </Section>
  );
}

function AtSite({ row }: { row: ComparisonAnswer['sites'][number] | undefined }) {
  if (!row) return <>not known</>;
  return (
    <>
      {pounds(row.total_gbp)}
      {row.rank === 1 && (
        <div>
          <Mark kind="good">cheapest here</Mark>
        </div>
      )}
    </>
  );
}

function OneOrEach({ answer }: { answer: ComparisonAnswer }) {
  const all = answer.choices.find(({ own_offer: own }) => own === null);
  if (!all || answer.choices.length <= 2) return null;
  const name = answer.offers.find(({ offer }) => offer === all.portfolio_offer);
  return (
    <p>
      Each supply point by its own cheapest offer: <strong>{pounds(all.own_total_gbp)}</strong>
      {all.saves_gbp >= 0.5
        ? `, ${pounds(all.saves_gbp)} less than ${name?.supplier ?? all.portfolio_offer} for all.`
        : `: the same as ${name?.supplier ?? all.portfolio_offer} for all.`}
    </p>
  );
}

/** What each supply point needs at most in the period, against what is agreed. */
function Capacity({ answer }: { answer: ComparisonAnswer }) {
  const rows = [...grouped(answer.capacity, ({ supply_point: id }) => id)].flatMap(([id, months]) => {
    const known = months.filter(({ maximum_demand_kva: most }) => most !== null);
    const most = known.reduce<(typeof known)[number] | undefined>(
      (top, one) => ((one.maximum_demand_kva ?? 0) > (top?.maximum_demand_kva ?? -1) ? one : top),
      undefined,
    );
    return most ? [{ ...most, id }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <ul>
      {rows.map(({ id, maximum_demand_kva: most, agreed_capacity_kva: agreed }) => (
        <li key={id}>
          <a href={`/supply/points/${id}`}>{id}</a> needs at most {number(most)}
          {agreed === null ? '' : ` of ${number(agreed)}`} kVA.
          {agreed !== null && most !== null && most < agreed / 2 && (
            <> Where an offer bills agreed capacity, ask the network operator about less before signing.</>
          )}
        </li>
      ))}
    </ul>
  );
}
