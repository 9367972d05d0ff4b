import type { Estate } from '../estate/estate.ts';
import { type Finance, financeGaps } from '../plan/measure-finance.ts';
import { measureKinds } from '../plan/measure-kinds.ts';
import {
  type ExpectedSaving,
  expectedSums,
  type MeasureStanding,
  measureWarningCodes,
} from '../plan/measure-standing.ts';
import { isToCome, type MeasureEntry, type NonRoutineEvent } from '../plan/register.ts';
import type { ShownPoint } from '../series.ts';
import { addDays, type LocalDate, startOfDay } from '../time.ts';
import { unitLabel } from '../units.ts';
import { amount } from './known-fields.ts';

/** The measures of a plan and the moments of their works, as points of the series that dashboards read. */

const notShown = 'what it saves in £ is not told: a supply point of its meters does not say publish_costs';

/** A measure as it stands: one point, at the day of its first status. */
export function measurePoint(standing: MeasureStanding): ShownPoint {
  const { entry, step, status, confidence, savesFrom, place, outOfOrder } = standing;
  const fields = {
    listed: 1,
    planned: Number(isToCome(status)),
    installed: Number(status === 'installed'),
    place,
    ...amount('saves_from', 's', savesFrom === undefined ? undefined : startOfDay(savesFrom)),
    ...savingFields(standing),
    ...financeFields(standing),
    out_of_order: outOfOrder.length,
    name: entry.name,
    kind: measureKinds[entry.kind].says,
    building: entry.building ?? '',
    status,
    confidence: confidence ?? '',
    owner: isToCome(status) ? (entry.owner ?? '') : '',
    expected: standing.expected.map(sayExpected).join('; '),
    order_says: outOfOrder.map(({ says }) => says).join(' '),
    because: whyNot(standing),
  };
  const tags = { measure: entry.id, site: entry.site, step: String(step) };
  return { series: 'plan_measure', tags, fields, at: startOfDay(firstDay(entry)) };
}

function firstDay({ status }: MeasureEntry): LocalDate {
  return status.map(({ from }) => from).reduce((a, b) => (b < a ? b : a));
}

/** Whether pounds that are worked out of what it saves may be seen: they are as open as the price of its meters. */
function isOpen({ gbpPerYear }: MeasureStanding): boolean {
  return gbpPerYear?.isPublic ?? true;
}

function savingFields(standing: MeasureStanding) {
  const { expected, gbpPerYear, kgco2ePerYear } = standing;
  const { electricity, fuel, heat, water } = expectedSums(expected);
  return {
    ...amount('yearly_electricity', 'kwh', electricity),
    ...amount('yearly_fuel', 'kwh', fuel),
    ...amount('yearly_heat', 'kwh', heat),
    ...amount('yearly_water', 'm3', water),
    ...amount('yearly_saving', 'gbp', isOpen(standing) ? gbpPerYear?.value : undefined),
    ...amount('yearly_emissions', 'kgco2e', kgco2ePerYear?.value),
  };
}

function financeFields(standing: MeasureStanding) {
  const { finance } = standing;
  const open = (of: keyof Pick<Finance, 'simplePaybackYears' | 'netPresentValue' | 'costPerTonne'>) =>
    isOpen(standing) ? finance[of] : undefined;
  return {
    ...amount('capital', 'gbp', finance.capital),
    secured_gbp: finance.fundingSecured,
    ...amount('funding_gap', 'gbp', finance.fundingGap),
    ...amount('payback', 'years', open('simplePaybackYears')),
    ...amount('net_present_value', 'gbp', open('netPresentValue')),
    ...amount('cost_per_tonne', 'gbp', open('costPerTonne')),
  };
}

function whyNot(standing: MeasureStanding): string {
  const { finance, warnings } = standing;
  const isSeen = isOpen(standing);
  const list = [
    // That it never pays tells of the price too.
    ...finance.why.filter((gap) => isSeen || gap !== 'never_pays').map((gap) => financeGaps[gap]),
    ...warnings.map((warning) => measureWarningCodes[warning]),
    ...(isSeen ? [] : [notShown]),
  ];
  return [...new Set(list)].join('; ');
}

function sayExpected({ utility, unit, saves, low, high }: ExpectedSaving): string {
  const said = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const range = low === undefined || high === undefined ? '' : ` (${said(low)} to ${said(high)})`;
  return `${utility.replaceAll('_', ' ')} ${said(saves)} ${unitLabel(unit)}${range}`;
}

/** The works of measures that are not withdrawn, and what else changed meters, as marks beside curves. */
export function eventPoints(
  estate: Pick<Estate, 'sites' | 'meters'>,
  measures: readonly MeasureStanding[],
  events: readonly NonRoutineEvent[],
): ShownPoint[] {
  const ofMeasures = measures
    .filter(({ status }) => status !== 'withdrawn')
    .flatMap(({ entry }) => {
      const { id, site, name, works } = entry;
      if (!works) return [];
      const meters = entry.meters ?? [];
      const mark = { of: id, site, title: `${estate.sites.get(site)?.name ?? site}: ${name}`, meters };
      return [
        eventPoint(mark, 'works_begin', works.from, `works begin (${id})`),
        ...(works.to === undefined
          ? []
          : [eventPoint(mark, 'works_end', addDays(works.to, 1), `works are over: it saves from now on (${id})`)]),
      ];
    });
  const ofEvents = events.flatMap(({ id, name, meters, from, to }) => {
    const [first = ''] = meters;
    const site = estate.meters.get(first)?.site ?? first;
    const mark = { of: id, site, title: `${estate.sites.get(site)?.name ?? site}: ${name}`, meters };
    return [
      eventPoint(mark, 'change_begins', from, `it changes the use, and is no measure (${id})`),
      ...(to === undefined ? [] : [eventPoint(mark, 'change_ends', addDays(to, 1), `over (${id})`)]),
    ];
  });
  return [...ofMeasures, ...ofEvents];
}

interface Mark {
  readonly of: string;
  readonly site: string;
  readonly title: string;
  readonly meters: readonly string[];
}

function eventPoint({ of, site, title, meters }: Mark, event: string, date: LocalDate, says: string): ShownPoint {
  const fields = { listed: 1, title, says, meters: ` ${meters.join(' ')} ` };
  return { series: 'plan_event', tags: { of, site, event }, fields, at: startOfDay(date) };
}
