import type { z } from 'zod';
import { type BalanceEra, balanceEras } from '../../domain/reconciliation/balances.ts';
import { causes, type Suspect } from '../../domain/reconciliation/culprit.ts';
import { limits } from '../../domain/limits.ts';
import {
  type BalanceColumns,
  columnsOf,
  quantityOfBalance,
  type Reconciliation,
  reconcile,
  type ResidualSum,
  verdicts,
} from '../../domain/reconciliation/reconciliation.ts';
import { dayOf, halfHourOf, halfHourSeconds, type Period, toIso, wallClock } from '../../domain/time.ts';
import { checkSize } from '../../store/energy.ts';
import { callerView } from '../caller-view.ts';
import {
  reconciliationAnswerSchema,
  reconciliationQuerySchema,
  reconciliationRowSchema,
} from '../contract/reconciliation.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { metersOf, type View } from '../view.ts';

type Query = z.output<typeof reconciliationQuerySchema>;
type Row = z.output<typeof reconciliationRowSchema>;

/** `/v1/reconciliation`: mains against their sub-meters. */
export function addReconciliationRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/reconciliation',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'Each meter against its sub-meters, within their accuracy, and who most likely is wrong',
      querystring: reconciliationQuerySchema,
      response: tableAnswersOf(reconciliationAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const eras = erasOf(callerView(request, parts), query, parts.clock());
      return sendTable(
        reply,
        {
          head: { period: { from: toIso(query.from), to: toIso(query.to) } },
          name: 'balances',
          rows: await rowsOf(parts, eras, query.by),
          columns: Object.keys(reconciliationRowSchema.shape),
          file: 'reconciliation',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

/** What is asked for and over, made of meters that the caller may see. */
function erasOf(view: View, query: Query, now: number): BalanceEra[] {
  const wanted = new Set(metersOf(view, query).map(({ id }) => id));
  const period = { from: query.from, to: Math.min(query.to, halfHourOf(now)) };
  if (period.from >= period.to) return [];
  const eras = balanceEras(view, period).filter(({ balance: { parents, subs, terms } }) => {
    const named = query.meter === undefined ? parents : [...parents, ...subs];
    return named.some((id) => wanted.has(id)) && terms.every(({ meter }) => view.meters.has(meter.id));
  });
  const size = eras.reduce(
    (sum, { balance, period: { from, to } }) => sum + balance.terms.length * ((to - from) / halfHourSeconds),
    0,
  );
  checkSize(size, limits.halfHoursPerAnswer);
  return eras;
}

async function rowsOf(
  { store, estate }: ApiParts,
  eras: readonly BalanceEra[],
  by: Query['by'],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { balance, period } of eras) {
    const ids = balance.terms.map(({ meter }) => meter.id);
    const columns = columnsOf(balance, period, await store.halfHours(ids, period));
    const found = reconcile(estate(), columns);
    for (const part of partsOf(columns, period, by)) {
      rows.push(rowOf(found, part, by === 'whole' ? found.suspects() : []));
    }
  }
  return rows;
}

interface Part {
  readonly period: Period;
  readonly places: readonly number[];
  readonly weekday?: number;
  readonly hour?: number;
}

function partsOf({ starts }: BalanceColumns, period: Period, by: Query['by']): Part[] {
  const places = [...starts.keys()];
  const startOf = (place: number): number => starts[place] ?? period.from;
  if (by === 'whole') return [{ period, places }];
  if (by === 'half_hour') {
    return places.map((k) => ({ period: { from: startOf(k), to: startOf(k) + halfHourSeconds }, places: [k] }));
  }
  if (by === 'day') {
    return Array.from(
      Map.groupBy(places, (k) => dayOf(startOf(k))),
      ([day, list]) => ({
        period: { from: Math.max(day.from, period.from), to: Math.min(day.to, period.to) },
        places: list,
      }),
    );
  }
  const hours = Map.groupBy(places, (k) => {
    const { weekday, minuteOfDay } = wallClock(startOf(k));
    return (weekday - 1) * 24 + Math.floor(minuteOfDay / 60);
  });
  return [...hours]
    .sort(([a], [b]) => a - b)
    .map(([hour, list]) => ({ period, places: list, weekday: Math.floor(hour / 24) + 1, hour: hour % 24 }));
}

function rowOf(found: Reconciliation, { period, places, weekday, hour }: Part, suspects: readonly Suspect[]): Row {
  const { balance } = found.columns;
  const sum = found.sumOf(places);
  const [first, ...others] = suspects;
  const { energy, volume } = amountsOf(sum, quantityOfBalance(balance));
  return {
    of: balance.id,
    site: balance.site,
    utility: balance.utility,
    from: toIso(period.from),
    to: toIso(period.to),
    weekday: weekday ?? null,
    hour: hour ?? null,
    half_hours: sum.halfHours,
    compared_half_hours: sum.compared,
    supplied_kwh: known(energy?.supplied),
    sub_metered_kwh: known(energy?.subMetered),
    residual_kwh: known(energy?.residual),
    bound_kwh: known(energy?.bound),
    supplied_m3: known(volume?.supplied),
    sub_metered_m3: known(volume?.subMetered),
    residual_m3: known(volume?.residual),
    bound_m3: known(volume?.bound),
    verdict: sum.verdict,
    says: verdicts[sum.verdict],
    suspect: first?.meter ?? null,
    cause: first?.cause ?? null,
    cause_says: first ? causes[first.cause] : null,
    factor: known(first?.factor),
    confidence: known(first?.confidence),
    other_suspects: others.map(({ meter, cause }) => `${meter ?? ''} ${cause}`.trim()),
    subs: [...balance.subs],
    accuracy_unknown: [...found.accuracyUnknown],
    accuracy_of_site: [...found.accuracyOfSite],
    not_measured: found.unmeasured.map(({ meter, halfHours }) => `${meter} ${halfHours}`),
  };
}

/** Nothing compared is nothing known, and not zero. */
function amountsOf(sum: ResidualSum, by: 'energy' | 'volume'): { energy?: ResidualSum; volume?: ResidualSum } {
  return sum.compared === 0 ? {} : { [by]: sum };
}
