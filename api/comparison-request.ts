import type { z } from 'zod';
import { offerFindings } from '../domain/estate/offer-check.ts';
import { listed } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import type { Tariff } from '../domain/tariffs/register.ts';
import type { comparisonBodySchema } from './contract/tariff-comparisons.ts';
import { supplyPointsOf } from './supply-points-seen.ts';
import type { View } from './view.ts';

type Body = z.output<typeof comparisonBodySchema>;

/** What a comparison is of: offers of one utility, and the supply points of it that are asked for. */
export interface Compared {
  readonly offers: readonly Tariff[];
  readonly utility: Tariff['utility'];
  readonly points: readonly PlacedPoint[];
}

/** Finds what a request names in a view. Throws a ProblemError with everything that is not there or does not fit. */
export function comparedIn(view: View, body: Body): Compared {
  const problems: Problem[] = [];
  const known = listed(view, 'tariffs');
  const offers = [
    ...body.offers.flatMap((id, i): Tariff[] => {
      const tariff = known.find((one) => one.id === id);
      if (!tariff) problems.push(unknown(`body offers ${i}`, id));
      return tariff ? [tariff] : [];
    }),
    ...body.offers_given,
  ];
  for (const [i, offer] of body.offers_given.entries()) {
    if (known.some(({ id }) => id === offer.id)) {
      const expected = 'an id that no tariff of the register has';
      problems.push({ code: 'request.invalid', where: `body offers_given ${i} id`, found: offer.id, expected });
    }
    for (const { path, detail, found } of offerFindings(offer, listed(view, 'observed'))) {
      problems.push({ code: 'request.invalid', where: `body offers_given ${i} ${path.join(' ')}`, found, detail });
    }
  }
  const utilities = [...new Set(offers.map(({ utility }) => utility))];
  const [utility = 'electricity'] = utilities;
  const expected = 'offers of one utility: compare each by itself';
  if (utilities.length > 1 || (body.utility ?? utility) !== utility) {
    const found = utilities.join(', ');
    problems.push({ code: 'request.invalid', where: 'body offers', found, expected });
  }
  if (body.against !== undefined && !offers.some(({ id }) => id === body.against)) {
    problems.push({ ...unknown('body against', body.against), expected: 'one of the offers' });
  }
  const isExport = offers.some(({ contract }) => contract === 'export');
  if (isExport && offers.some(({ contract }) => contract !== 'export')) {
    const found = 'offers for export and for import';
    problems.push({ code: 'request.invalid', where: 'body offers', found, expected: 'one or the other' });
  }
  const points = pointsOf(view, body, { utility, isExport }, problems);
  problems.push(...changeProblems(view, body, points));
  if (problems.length > 0) throw new ProblemError(problems);
  return { offers, utility, points };
}

/** Those that the offers are for: of their utility, and where energy goes out only by an offer for export. */
function pointsOf(
  view: View,
  body: Body,
  { utility, isExport }: { readonly utility: Tariff['utility']; readonly isExport: boolean },
  problems: Problem[],
): readonly PlacedPoint[] {
  const { supply_point, site, organisation } = body;
  try {
    const points = supplyPointsOf(view, { supply_point, site, organisation, utility: [utility] }).filter(
      ({ point }) => (view.meters.get(point.meter)?.role === 'export') === isExport,
    );
    const expected = `a supply point of ${utility}${isExport ? ' for export' : ''}`;
    for (const id of supply_point ?? []) {
      if (points.some(({ point }) => point.id === id)) continue;
      problems.push({ code: 'request.invalid', where: 'body supply_point', found: id, expected });
    }
    if (points.length === 0 && supply_point === undefined) {
      problems.push({ code: 'request.invalid', where: 'body supply_point', found: 'none', expected });
    }
    return points;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems.map((one) => ({ ...one, where: one.where.replace(/^query/, 'body') })));
    return [];
  }
}

/** What changes of load name must be there, and be what it is taken for. */
function changeProblems(view: View, { what_if: changes }: Body, points: readonly PlacedPoint[]): Problem[] {
  const compared = new Set(points.map(({ point }) => point.id));
  const gas = supplyPointsOf(view, { utility: ['gas'] });
  return changes.flatMap((change, i): Problem[] => {
    const problems: Problem[] = [];
    const need = (is: boolean, key: string, found: string, expected: string) => {
      if (!is) problems.push({ ...unknown(`body what_if ${i} ${key}`, found), expected });
    };
    if ('supply_point' in change) {
      need(compared.has(change.supply_point), 'supply_point', change.supply_point, 'one that is compared');
    } else {
      for (const id of change.supply_points ?? []) need(compared.has(id), 'supply_points', id, 'one that is compared');
    }
    if (change.change === 'heat_pump') {
      const { gas_supply_point: id } = change;
      const expected = 'a supply point of gas';
      need(
        gas.some(({ point }) => point.id === id),
        'gas_supply_point',
        id,
        expected,
      );
    }
    if (change.change === 'generation') {
      const { meter, series } = change;
      const isEnergy = series === undefined || view.observed?.get(series)?.quantity === 'energy';
      const expected = 'an observed series of energy';
      need(isEnergy, 'series', series ?? '', expected);
      const isMeter = meter === undefined || view.meters.get(meter)?.utility === 'electricity';
      need(isMeter, 'meter', meter ?? '', 'a meter of electricity');
    }
    return problems;
  });
}

function unknown(where: string, found: string): Problem {
  return { code: 'request.unknown-id', where, found };
}
