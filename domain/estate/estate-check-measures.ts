import { makingKinds, measureKinds } from '../plan/measure-kinds.ts';
import type { MeasureEntry, NonRoutineEvent } from '../plan/register.ts';
import { checkReference, circlesIn } from './estate-check-names.ts';
import type { Checked, EstatePath } from './estate-rules.ts';
import { listed } from './estate.ts';

/** Measures name what there is, have come as far as their dates allow, and expect what can be. */
export function checkMeasures(checked: Checked): void {
  const measures = listed(checked, 'measures');
  const ids = new Set(measures.map(({ id }) => id));
  const known: Known = { sites: new Set(checked.sites.map(({ id }) => id)), meters: new Set(checked.meters.keys()) };
  for (const [i, measure] of measures.entries()) {
    const path: EstatePath = ['measures', i];
    checkPlace(checked, measure, known, path);
    for (const [j, id] of measure.after.entries()) {
      checkReference(checked, 'measure-after-exists', 'measure', id, ids, [...path, 'after', j]);
    }
    if (measure.step === undefined && measureKinds[measure.kind].step === undefined) {
      const detail = 'a measure of this kind may be of any step';
      checked.report({ rule: 'measure-step', path, found: measure.kind, expected: 'step: 1, 2, 3 or 4', detail });
    }
    checkStatus(checked, measure, path);
    checkWorks(checked, measure, path);
    checkExpected(checked, measure, path);
    checkFunding(checked, measure, path);
  }
  checkAfter(checked, measures);
  for (const [i, event] of listed(checked, 'non_routine_events').entries()) checkEvent(checked, event, known, i);
}

/** Ids that measures may name; made once, for an estate has many of either. */
interface Known {
  readonly sites: ReadonlySet<string>;
  readonly meters: ReadonlySet<string>;
}

function checkPlace(
  checked: Checked,
  { site: id, building, meters = [], kind }: MeasureEntry,
  known: Known,
  path: EstatePath,
): void {
  checkReference(checked, 'measure-place-exists', 'site', id, known.sites, [...path, 'site']);
  const site = checked.sites.find((one) => one.id === id);
  if (site && building !== undefined) {
    const buildings = new Set(site.buildings.map((one) => one.id));
    checkReference(checked, 'measure-place-exists', `building of ${id}`, building, buildings, [...path, 'building']);
  }
  for (const [j, meter] of meters.entries()) {
    const at = [...path, 'meters', j];
    checkReference(checked, 'measure-meter-exists', 'meter', meter, known.meters, at);
    const placed = checked.meters.get(meter);
    if (!placed) continue;
    const detail =
      site && placed.site.id !== id
        ? `the meter stands on ${placed.site.id}, the measure on ${id}`
        : placed.meter.measures === 'reactive'
          ? 'reactive energy shows no saving'
          : meters.indexOf(meter) < j
            ? 'it is named twice'
            : undefined;
    if (detail !== undefined) checked.report({ rule: 'measure-meter-fits', path: at, found: meter, detail });
  }
  if (!makingKinds.has(kind) || meters.length === 0 || !checked.complete) return;
  if (meters.some((meter) => checked.meters.get(meter)?.meter.role === 'generation')) return;
  const detail = 'none of its meters counts what it makes: from a main alone its yield cannot be told';
  checked.report({
    rule: 'measure-generation-meter',
    path: [...path, 'meters'],
    found: meters.join(', '),
    expected: 'a meter of role generation',
    detail,
  });
}

/** Each status has its day, one after the other; what is installed may be taken out, and nothing else. */
function checkStatus(checked: Checked, { status }: MeasureEntry, path: EstatePath): void {
  for (const [j, now] of status.entries()) {
    const before = status[j - 1];
    if (!before) continue;
    const at = [...path, 'status', j];
    if (now.from <= before.from) {
      const detail = `${before.is} holds since ${before.from} already; statuses are written in the order of their days`;
      checked.report({ rule: 'measure-status', path: [...at, 'from'], found: now.from, detail });
    }
    if (now.is === before.is) {
      checked.report({ rule: 'measure-status', path: [...at, 'is'], found: now.is, detail: 'it is that already' });
    } else if (before.is === 'installed' && now.is !== 'withdrawn') {
      const detail = 'the works are over: what comes after is another measure';
      checked.report({ rule: 'measure-status', path: [...at, 'is'], found: now.is, expected: 'withdrawn', detail });
    }
  }
}

function checkWorks(checked: Checked, { status, works, planned }: MeasureEntry, path: EstatePath): void {
  for (const [key, days] of Object.entries({ planned, works })) {
    if (days?.to === undefined || days.to >= days.from) continue;
    const detail = `it begins on ${days.from}`;
    checked.report({ rule: 'measure-dates', path: [...path, key, 'to'], found: days.to, detail });
  }
  const installing = status.findIndex(({ is }) => is === 'installing');
  if (installing >= 0 && !works) {
    const detail = 'what is being installed has a first day of its works';
    const at = [...path, 'status', installing, 'is'];
    checked.report({ rule: 'measure-dates', path: at, found: 'installing', expected: 'works: {from}', detail });
  }
  const at = status.findIndex(({ is }) => is === 'installed');
  const installed = status[at];
  if (!installed) return;
  if (works?.to === undefined) {
    const detail = 'what is installed has a first and a last day of its works: the meter is watched from the day after';
    const where = [...path, 'status', at, 'is'];
    checked.report({ rule: 'measure-dates', path: where, found: 'installed', expected: 'works: {from, to}', detail });
  } else if (installed.from < works.to) {
    const detail = `the works go on until ${works.to}`;
    checked.report({ rule: 'measure-dates', path: [...path, 'status', at, 'from'], found: installed.from, detail });
  }
}

function checkExpected(checked: Checked, { expected }: MeasureEntry, path: EstatePath): void {
  for (const [j, { utility, saves_kwh: kwh, saves_m3: m3, low, high }] of expected.entries()) {
    const at = [...path, 'expected', j];
    if (expected.findIndex((one) => one.utility === utility) < j) {
      const detail = 'it is expected of this utility already';
      checked.report({ rule: 'measure-expected', path: [...at, 'utility'], found: utility, detail });
    }
    const key = utility === 'water' ? 'saves_m3' : 'saves_kwh';
    const other = utility === 'water' ? kwh : m3;
    const saves = utility === 'water' ? m3 : kwh;
    if (saves === undefined || other !== undefined) {
      const detail = `what is saved of ${utility} is in ${utility === 'water' ? 'm³' : 'kWh'}`;
      checked.report({ rule: 'measure-expected', path: at, expected: key, detail });
      continue;
    }
    if ((low ?? saves) <= saves && saves <= (high ?? saves)) continue;
    const found = `${low ?? '…'} to ${high ?? '…'}`;
    const detail = `what is expected, ${saves}, does not lie between`;
    checked.report({ rule: 'measure-expected', path: at, found, expected: 'low ≤ saves ≤ high', detail });
  }
}

function checkFunding(checked: Checked, { cost, funding }: MeasureEntry, path: EstatePath): void {
  const sum = funding.reduce((all, { gbp }) => all + gbp, 0);
  if (!cost || sum <= cost.capital_gbp) return;
  const detail = `it costs £${cost.capital_gbp}`;
  checked.report({ rule: 'measure-funding', path: [...path, 'funding'], found: `£${sum}`, detail });
}

function checkAfter(checked: Checked, measures: readonly MeasureEntry[]): void {
  const after = new Map(measures.map((one) => [one.id, one.after]));
  for (const circle of circlesIn(after.keys(), (id) => after.get(id))) {
    const path = ['measures', measures.findIndex(({ id }) => id === circle[0]), 'after'];
    const found = circle.join(' → ');
    checked.report({ rule: 'measure-after-no-circle', path, found, detail: 'it goes in a circle' });
  }
}

function checkEvent(checked: Checked, { meters, from, to }: NonRoutineEvent, known: Known, i: number): void {
  const path: EstatePath = ['non_routine_events', i];
  for (const [j, id] of meters.entries()) {
    checkReference(checked, 'event-meter-exists', 'meter', id, known.meters, [...path, 'meters', j]);
  }
  if (to === undefined || to >= from) return;
  checked.report({ rule: 'event-dates', path: [...path, 'to'], found: to, detail: `it begins on ${from}` });
}
