import type { MeterEntry } from './estate.ts';
import type { Checked, EstateRule, PlacedMeter } from './estate-rules.ts';
import { quantityOf } from '../units.ts';

/** A further source measures what its meter point measures, and a precedence names the sources that there are. */
export function checkSources(checked: Checked): void {
  for (const placed of checked.placed) {
    const point = placed.meter.source_of === undefined ? undefined : checked.meters.get(placed.meter.source_of);
    if (point === undefined) checkPointExists(checked, placed);
    else if (faultsOf(checked, placed, point) === 0) checkUse(checked, placed, point);
    checkPrecedence(checked, placed);
  }
}

function checkPointExists(checked: Checked, { meter: { source_of: of }, path }: PlacedMeter): void {
  if (of === undefined || !checked.complete || checked.brokenIds.has(of)) return;
  const at = [...path, 'source_of'];
  checked.report({ rule: 'source-meter-exists', path: at, found: of, detail: 'there is no such meter' });
}

/** Reports what is wrong with a source; answers how much that is. */
function faultsOf(checked: Checked, { meter, site, path }: PlacedMeter, point: PlacedMeter): number {
  const of = point.meter.id;
  let faults = 0;
  const say = (rule: EstateRule, detail: string, found: string, expected?: string): void => {
    faults++;
    checked.report({ rule, path: [...path, 'source_of'], detail, found, expected });
  };
  if (of === meter.id) say('source-of-meter', 'a meter is no source of itself', of);
  else if (point.meter.source_of !== undefined) say('source-of-meter', `${of} is itself a source`, of);
  if (meter.role === 'virtual' || point.meter.role === 'virtual') {
    say('source-of-meter', 'what is computed has no sources and is none', 'a virtual meter');
  }
  if (meter.parent !== undefined) say('source-of-meter', 'its meter point has the place in the tree', 'a parent');
  if (checked.isFaulty(point.path, ['utility', 'measures', 'unit', 'multiplier'])) return faults + 1;
  const [own, other] = [countedOf(meter), countedOf(point.meter)];
  if (own !== other || point.site.id !== site.id) {
    const expected = `${other} at ${point.site.id}`;
    say('source-same-quantity', `a source of ${of} measures the same there`, `${own} at ${site.id}`, expected);
  }
  return faults;
}

function checkUse(checked: Checked, { meter, path }: PlacedMeter, point: PlacedMeter): void {
  if (checked.isFaulty(point.path, ['precedence'])) return;
  if ((point.meter.precedence ?? []).some(({ order }) => order.includes(meter.id))) return;
  const detail = `no precedence of ${point.meter.id} names it, so that it is never used`;
  checked.report({ rule: 'source-unused', path: [...path, 'source_of'], found: meter.id, detail });
}

/** What is measured, and in what: electricity in energy, gas in volume. */
function countedOf({ utility, measures, unit, multiplier }: MeterEntry): string {
  const first = multiplier.find((entry) => entry.unit !== undefined)?.unit;
  const quantity = quantityOf(unit === 'pulse' && first !== undefined ? first : unit);
  return `${measures} ${utility} in ${quantity}`;
}

function checkPrecedence(checked: Checked, { meter, path }: PlacedMeter): void {
  for (const [i, { order }] of (meter.precedence ?? []).entries()) {
    for (const [j, id] of order.entries()) {
      const at = [...path, 'precedence', i, 'order', j];
      const source = checked.meters.get(id)?.meter;
      if (order.indexOf(id) < j) {
        checked.report({ rule: 'precedence-sources', path: at, found: id, detail: 'it stands in the order already' });
      } else if (id !== meter.id && source?.source_of !== meter.id && !checked.brokenIds.has(id)) {
        const detail = `it is neither ${meter.id} nor a source of it`;
        const expected = `a meter with source_of: ${meter.id}`;
        checked.report({ rule: 'precedence-sources', path: at, found: id, expected, detail });
      }
    }
  }
}
