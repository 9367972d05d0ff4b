import type { Estate } from '../estate/estate.ts';
import { figureKinds } from '../signoff/figure-asked.ts';
import type { SignOff } from '../signoff/sign-off.ts';
import type { ShownPoint } from '../series.ts';
import { dateOf } from '../time.ts';

/** Exchanges of meters and signatures under figures, as marks beside curves. */

type Named = Pick<Estate, 'sites' | 'meters' | 'organisations'>;

export function exchangePoints({ sites, meters }: Named): ShownPoint[] {
  return [...meters.values()].flatMap(({ id, name, site, utility, exchanges }) =>
    exchanges.map(({ at, closing, opening }): ShownPoint => {
      const fields = {
        listed: 1,
        closing,
        opening,
        title: `${sites.get(site)?.name ?? site}: ${name} was exchanged`,
        says: `the old meter ended at ${closing}, the new one began at ${opening} (${id})`,
      };
      return { series: 'exchange', tags: { meter: id, site, utility }, fields, at: Math.floor(Date.parse(at) / 1000) };
    }),
  );
}

/** What was signed, of which period. Not what it came to: a figure that changed since has its difference in the API. */
export function signOffPoint(estate: Named, { id, at, asked, sites }: SignOff): ShownPoint {
  const { figure, place, period, utility } = asked;
  const lists = { site: estate.sites, organisation: estate.organisations };
  const known = place.kind === 'site' || place.kind === 'organisation' ? lists[place.kind].get(place.id) : undefined;
  const last = dateOf(period.to - 1);
  const says = `${figureKinds[figure].says}${utility === undefined ? '' : `, ${utility.replaceAll('_', ' ')}`}`;
  const fields = {
    period_from_s: period.from,
    period_to_s: period.to,
    title: `${known?.name ?? place.id}: a figure was signed off`,
    says: `${says}, ${dateOf(period.from)} to ${last} (sign-off ${id})`,
    sites: ` ${sites.join(' ')} `,
  };
  return { series: 'sign_off', tags: { sign_off: String(id), figure }, fields, at };
}
