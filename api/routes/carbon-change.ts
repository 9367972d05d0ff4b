import type { z } from 'zod';
import type { Accounting } from '../../domain/carbon/accounting.ts';
import { type CarbonChange, changeOf, type MonthOfParts } from '../../domain/carbon/change.ts';
import { sumKnown } from '../../domain/carbon/carbon.ts';
import type { PartialReason } from '../../domain/energy/buckets.ts';
import { dataQualityOf } from '../../domain/energy/figure.ts';
import type { Utility } from '../../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import {
  addMonths,
  boundariesOf,
  dateOf,
  type EpochSeconds,
  isWhole,
  type LocalDate,
  type Period,
  startOfDay,
  toIso,
} from '../../domain/time.ts';
import { placeOfPart, placesOf } from '../../store/place-figures.ts';
import { accountingAsked, accountingSaid } from '../accounting.ts';
import { callerView } from '../caller-view.ts';
import { carbonChangeAnswerSchema, carbonChangeQuerySchema, carbonChangeRowSchema } from '../contract/carbon.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { partsKnownOn } from '../known-on.ts';
import { known, share } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { type PlacesAsked, readPlaces } from '../place-figures.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Query = z.output<typeof carbonChangeQuerySchema>;
type Row = z.output<typeof carbonChangeRowSchema>;

const method =
  'month against month; use at the factors of before, then factors on the use of after (Laspeyres, Paasche)';

/** `/v1/carbon/change` */
export function addCarbonChangeRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/carbon/change',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Why emissions changed between two periods',
      description:
        'The difference of as many whole months, in parts that add up to it: what was used more or less, what other ' +
        'factor sets made of it, sites that joined and left, and what was known in only one of the two.',
      querystring: carbonChangeQuerySchema,
      response: tableAnswersOf(carbonChangeAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const accounting = accountingAsked(view, query);
      const { now, old, because } = periodsOf(query, past.clock());
      const [after, before] = await Promise.all(
        [now, old].map((period) => readPlaces(past, view, { ...query, ...period, bucket: 'month' }, accounting)),
      );
      return sendTable(
        reply,
        {
          head: {
            period: { from: toIso(now.from), to: toIso(now.to) },
            against: { from: toIso(old.from), to: toIso(old.to) },
            known_on: query.known_on ?? null,
            by: query.by,
            register_version: view.version,
            method,
            ...accountingSaid(accounting, { from: old.from, to: now.to }),
          },
          name: 'figures',
          rows: before && after ? rowsOf(before, after, query, accounting, because) : [],
          columns: Object.keys(carbonChangeRowSchema.shape),
          file: `carbon-change-by-${query.by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

/**
 * The months that are compared: those asked for that are over, and as many of the period before. Throws
 * `request.invalid` where a month would be cut, which cannot be compared with a whole one.
 */
function periodsOf(query: Query, clock: EpochSeconds): { now: Period; old: Period; because: PartialReason[] } {
  const against = query.against ?? addMonths(dateOf(query.from), -12);
  const wrong = [
    ...notFirst('from', dateOf(query.from), query.from),
    ...notFirst('to', dateOf(query.to), query.to),
    ...notFirst('against', against, startOfDay(against)),
  ];
  if (wrong.length > 0) throw new ProblemError(wrong);
  const cuts = boundariesOf(query, 'month');
  const over = cuts.filter((at) => at <= clock).at(-1) ?? query.from;
  const months = Math.max(0, cuts.indexOf(over));
  const from = startOfDay(against);
  return {
    now: { from: query.from, to: over },
    old: { from, to: startOfDay(addMonths(against, months)) },
    because: over < query.to ? ['not-over'] : [],
  };
}

function notFirst(key: string, date: LocalDate, at: EpochSeconds): Problem[] {
  const isFirst = date.endsWith('-01') && startOfDay(date) === at;
  const expected = 'the first date of a month: 2026-04-01';
  return isFirst ? [] : [{ code: 'request.invalid', where: `query ${key}`, found: toIso(at), expected }];
}

function* rowsOf(
  before: PlacesAsked,
  after: PlacesAsked,
  { by, split }: Query,
  accounting: Accounting,
  because: readonly PartialReason[],
): Generator<Row> {
  const [old, now] = [monthsOf(before), monthsOf(after)];
  for (const place of placesOf(after, by)) {
    const own = (list: readonly MonthOfParts[], utility: Utility | null): MonthOfParts[] =>
      list.map((month) => {
        const isMine = (part: MonthOfParts['parts'][number]) =>
          placeOfPart(part, by) === place.id && (utility === null || part.utility === utility);
        return { ...month, parts: month.parts.filter(isMine) };
      });
    const all = [...old, ...now].flatMap(({ parts }) => parts.filter((part) => placeOfPart(part, by) === place.id));
    const utilities = split === 'none' ? [null] : [...new Set(all.map(({ utility }) => utility))];
    for (const utility of utilities) {
      const change = changeOf(after.estate, own(old, utility), own(now, utility), accounting);
      yield { place: place.id, place_name: place.name, utility, ...rowOf(change, because) };
    }
  }
}

function monthsOf({ buckets, boundaries }: PlacesAsked): MonthOfParts[] {
  return Array.from(buckets, ({ bucket: { from, to }, parts }) => ({ from, to, parts, boundaries })).filter((month) =>
    isWhole(month, 'month'),
  );
}

function rowOf(change: CarbonChange, because: readonly PartialReason[]): Omit<Row, 'place' | 'place_name' | 'utility'> {
  const { before, after, use, factors, joined, left, data, measuredBefore, measuredAfter } = change;
  const reasons: PartialReason[] = [...because, ...(change.missing ? (['missing'] as const) : [])];
  return {
    emissions_before_kgco2e: known(before),
    emissions_after_kgco2e: known(after),
    change_kgco2e: known(sumKnown([after, before && -before])),
    change_in_use_kgco2e: known(use),
    change_of_factors_kgco2e: known(factors),
    sites_joined_kgco2e: known(joined),
    sites_left_kgco2e: known(left),
    change_of_data_kgco2e: known(data),
    measured_share_before: share(measuredBefore.byAmount),
    measured_share_after: share(measuredAfter.byAmount),
    data_quality_before: dataQualityOf(measuredBefore) ?? null,
    data_quality_after: dataQualityOf(measuredAfter) ?? null,
    status: reasons.length === 0 ? 'complete' : 'partial',
    partial_because: reasons,
    warnings: change.warnings.map(({ code, about }) => `${code} ${about}`),
  };
}
