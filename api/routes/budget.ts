import type { z } from 'zod';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { limits } from '../../domain/limits.ts';
import { problemsOf } from '../../domain/budgets/budget.ts';
import type { CarryForward } from '../../domain/tariffs/carry-forward.ts';
import { eachCosted, type NotCosted } from '../../domain/tariffs/not-costed.ts';
import type { PlacedPoint } from '../../domain/tariffs/placed-point.ts';
import { addMonths, bucketOf, bucketsIn, dateOf, type Period, startOfDay, toIso } from '../../domain/time.ts';
import { confidence, studentTAt } from '../../domain/weather/prediction.ts';
import { saySignature } from '../../domain/weather/signature.ts';
import { checkSize } from '../../store/energy.ts';
import { type PointForecast, readPointForecast, withoutWeather } from '../../store/point-forecast.ts';
import { budgetRows } from '../budget-rows.ts';
import { variancesOf } from '../budget-variances.ts';
import { callerView } from '../caller-view.ts';
import { placesOf } from '../costed-places.ts';
import { budgetAnswerSchema, budgetMethods, budgetQuerySchema, budgetRowSchema } from '../contract/budget.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { notCostedRows } from '../not-costed.ts';
import { known } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { supplyPointsOf } from '../supply-points-seen.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Query = z.output<typeof budgetQuerySchema>;
type Method = z.output<typeof budgetAnswerSchema>['methods'][number];

/** `/v1/budget`: the year so far, the rest in usual weather, and both against what was planned. */
export function addBudgetRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/budget',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'What a year comes to: so far as measured, the rest in usual weather, with its band, against its budget',
      description:
        'Each day at the contract that holds then. A part without a rate has no cost: rates go on only by `carry`. ' +
        'The band is of use in a standard year’s weather; a colder or warmer winter is not in it.',
      querystring: budgetQuerySchema,
      response: tableAnswersOf(budgetAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const view = callerView(request, parts);
      const points = supplyPointsOf(view, query);
      checkSize(points.length, limits.budgetPoints);
      const now = parts.clock();
      const period = periodOf(query, now);
      const carry = carryOf(query);
      const asked = { period, now, carry };
      const read = async (placed: PlacedPoint) => await readPointForecast(parts, view, placed, asked);
      const { costed, notCosted } = await eachCosted(points, query.supply_point !== undefined, read);
      const places = placesOf(view, { costed, notCosted }, query.by);
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(period.from), to: toIso(period.to) },
            actual_until: dateOf(now),
            bucket: query.bucket,
            by: query.by,
            split: query.split ?? null,
            confidence,
            formula,
            register_version: view.version,
            carried_because: carry?.because ?? null,
            carried: (carry?.kinds ?? []).map(({ kind, ...percents }) => ({ component: kind, ...percents })),
            methods: costed.flatMap(methodOf),
            variances: variancesOf(view, places, { ...period, because: [] }),
            not_costed: notCostedRows([...notCosted, ...costed.flatMap(unpriced)]),
          },
          name: 'budget',
          rows: budgetRows(places, bucketsOf(period, query.bucket), query.split),
          columns: Object.keys(budgetRowSchema.shape),
          file: `budget-${dateOf(period.from).slice(0, 7)}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

const formula =
  't × s × √(Σ d·m + D²/n + (Σ d·(x − x̄))²/Σ(xᵢ − x̄)²): the error of a prediction by least squares over n months ' +
  '(NIST/SEMATECH e-Handbook, 4.5.1.2); d days of a month of m, x degree days a day, D = Σ d; s is the deviation of ' +
  'the months, t Student’s; without the last term where use does not follow the weather';

/** Whole months from the first one asked for, or from the April of the present financial year. */
function periodOf({ from, months }: Query, now: number): Period {
  const first = from === undefined ? bucketOf(dateOf(now), 'financial_year').first : `${from}-01`;
  return { from: startOfDay(first), to: startOfDay(addMonths(first, months)) };
}

function carryOf({ carry, carry_because: because }: Query): CarryForward | undefined {
  return carry === undefined || because === undefined ? undefined : { kinds: carry, because };
}

function bucketsOf(period: Period, bucket: Query['bucket']): AnswerBucket[] {
  if (bucket === 'whole') return [{ ...period, because: [] }];
  return bucketsIn(period, 'month').map((month): AnswerBucket => ({ ...month, because: [] }));
}

function unpriced({ point, site, months }: PointForecast): NotCosted<PlacedPoint>[] {
  const problems = problemsOf(months);
  return problems.length === 0 ? [] : [{ point: { point, site }, problems }];
}

function methodOf({ point, method }: PointForecast): Method[] {
  if (!method) return [];
  const { model, year, signature, standard, because } = method;
  const { deviation, points, degreesOfFreedom } = model.scatter;
  const isWeather = model.kind === 'weather';
  const isWater = point.utility === 'water';
  return [
    {
      supply_point: point.id,
      method: model.kind,
      says: isWeather && signature ? saySignature(signature) : budgetMethods[model.kind],
      because: because === undefined ? null : withoutWeather[because],
      load_year_from: dateOf(year.from),
      load_year_to: dateOf(year.to - 1),
      month_count: points,
      degrees_of_freedom: degreesOfFreedom,
      student_t: studentTAt(degreesOfFreedom),
      deviation_kwh_per_day: isWater ? null : known(deviation),
      deviation_m3_per_day: isWater ? known(deviation) : null,
      baseload_kwh_per_day: isWeather ? known(model.baseload) : null,
      slope_kwh_per_degree_day: isWeather ? known(model.slope) : null,
      standard_year: isWeather ? (standard?.title ?? null) : null,
      standard_source: isWeather ? (standard?.source ?? null) : null,
      doubts: isWeather ? (signature?.doubts ?? []).map(({ criterion }) => criterion) : [],
    },
  ];
}
