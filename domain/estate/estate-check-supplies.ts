import { exclusionReasons, judgeCertificate, numbersClaimedTwice } from '../certificates/criteria.ts';
import { coreOf } from '../certificates/supply-points.ts';
import { listed, type RegisterLists } from './estate.ts';
import { checkReference } from './estate-check-names.ts';
import { checkValidity } from './estate-check-dates.ts';
import type { Checked, EstatePath, PlacedMeter } from './estate-rules.ts';

/**
 * Contracts of supply, certificates, the residual mix and own certificates: they name what there is, no meter point has
 * two contracts on one day, and no certificate is given away twice. A batch that will not count is a doubt, since what
 * a supplier did is written down as it is.
 */
export function checkMarketSide(checked: Checked): void {
  checkSupplies(checked);
  checkCertificates(checked);
  checkDistinctSpans(checked, listed(checked, 'residual_mix'), ['residual_mix']);
  for (const [i, mix] of listed(checked, 'residual_mix').entries()) checkValidity(checked, mix, ['residual_mix', i]);
  checkOwnGeneration(checked);
}

type Supply = RegisterLists['supplies'][number];
type Certificate = RegisterLists['certificates'][number];
interface Span {
  readonly valid_from: string;
  readonly valid_to?: string | undefined;
}

function overlap(a: Span, b: Span): boolean {
  return a.valid_from <= (b.valid_to ?? a.valid_from) && b.valid_from <= (a.valid_to ?? b.valid_from);
}

/** Of values of one kind only one holds on a date. */
function checkDistinctSpans(checked: Checked, spans: readonly Span[], path: EstatePath): void {
  for (const [i, span] of spans.entries()) {
    const other = spans.slice(0, i).find((before) => overlap(before, span));
    if (!other) continue;
    const detail = `the one from ${other.valid_from} holds on some of its days too`;
    checked.report({ rule: 'one-value-a-day', path: [...path, i, 'valid_from'], found: span.valid_from, detail });
  }
}

function checkSupplies(checked: Checked): void {
  const byMpan = new Map(
    checked.placed.flatMap((placed) => (placed.meter.mpan === undefined ? [] : [[coreOf(placed.meter.mpan), placed]])),
  );
  const supplied = new Map<string, Supply[]>();
  for (const [i, supply] of listed(checked, 'supplies').entries()) {
    const path: EstatePath = ['supplies', i];
    checkValidity(checked, supply, path);
    checkClaim(checked, supply, path);
    if (supply.meters === undefined && supply.mpans === undefined) {
      const detail = 'it says which meter points it supplies';
      checked.report({ rule: 'supply-points', path, found: 'neither', expected: 'meters or mpans', detail });
    }
    for (const [j, id] of (supply.meters ?? []).entries()) {
      const at = [...path, 'meters', j];
      const placed = boughtMeter(checked, id, at);
      if (placed) checkSupplied(checked, supplied, supply, placed, at);
    }
    for (const [j, mpan] of (supply.mpans ?? []).entries()) {
      const at = [...path, 'mpans', j];
      const placed = byMpan.get(coreOf(mpan));
      if (placed) checkSupplied(checked, supplied, supply, placed, at);
      else if (checked.complete) {
        const detail = 'no meter of the register has this MPAN';
        checked.report({ rule: 'supply-mpan-exists', path: at, found: mpan, detail });
      }
    }
  }
}

/** A meter that electricity is bought through; a problem where it is another or none. */
function boughtMeter(checked: Checked, id: string, path: EstatePath): PlacedMeter | undefined {
  checkReference(checked, 'supply-meter-exists', 'meter', id, new Set(checked.meters.keys()), path);
  const placed = checked.meters.get(id);
  if (!placed || checked.isFaulty(placed.path, ['utility', 'role'])) return undefined;
  const { utility, role, source_of: source } = placed.meter;
  if (utility === 'electricity' && (role === 'main' || role === 'sub') && source === undefined) return placed;
  const expected = 'a main or sub-meter of electricity';
  const detail = 'electricity is bought through a meter point';
  checked.report({ rule: 'supply-points', path, found: `${id}, ${role} of ${utility}`, expected, detail });
  return undefined;
}

/** No meter point has two contracts on one day. */
function checkSupplied(
  checked: Checked,
  supplied: Map<string, Supply[]>,
  supply: Supply,
  { meter: { id } }: PlacedMeter,
  path: EstatePath,
): void {
  const before = supplied.get(id) ?? [];
  const other = before.find((one) => overlap(one, supply));
  supplied.set(id, [...before, supply]);
  if (!other) return;
  const detail = other === supply ? 'it is named twice' : `${other.id} supplies it on some of the same days`;
  checked.report({ rule: 'supply-once', path, found: id, detail });
}

function checkClaim(checked: Checked, supply: Supply, path: EstatePath): void {
  const { claim, rates, confirmed } = supply;
  const renewable = claim === 'supplier_rego' || claim === 'ppa';
  if (claim === 'supplier_fuel_mix' && rates.length === 0) {
    const detail = 'the claim is the emissions that the supplier discloses';
    checked.report({ rule: 'supply-claim', path: [...path, 'claim'], found: 'no rates', expected: 'rates', detail });
  } else if (claim !== 'supplier_fuel_mix' && rates.length > 0) {
    const detail = 'rates are those of a supplier_fuel_mix';
    checked.report({ rule: 'supply-claim', path: [...path, 'rates'], found: `claim ${claim}`, detail });
  }
  checkDistinctSpans(checked, rates, [...path, 'rates']);
  for (const [i, { period }] of confirmed.entries()) {
    const at = [...path, 'confirmed', i, 'period'];
    if (!renewable) {
      const detail = 'nothing is claimed that could be confirmed';
      checked.report({
        rule: 'supply-claim',
        path: at,
        found: `claim ${claim}`,
        expected: 'supplier_rego or ppa',
        detail,
      });
    } else if (confirmed.findIndex((one) => one.period === period) < i) {
      checked.report({
        rule: 'dated-once',
        path: at,
        found: period,
        detail: 'it is confirmed for this period already',
      });
    }
  }
}

function checkCertificates(checked: Checked): void {
  const certificates = listed(checked, 'certificates');
  const organisations = new Set(checked.organisations.map(({ id }) => id));
  const supplies = new Set(listed(checked, 'supplies').map(({ id }) => id));
  const twice = numbersClaimedTwice(certificates);
  for (const [i, certificate] of certificates.entries()) {
    const path: EstatePath = ['certificates', i];
    const { organisation, supply, output_month: month, output_year: year } = certificate;
    checkReference(checked, 'organisation-exists', 'organisation', organisation, organisations, [
      ...path,
      'organisation',
    ]);
    if (supply !== undefined) {
      checkReference(checked, 'certificate-supply-exists', 'supply', supply, supplies, [...path, 'supply']);
    }
    if ((month === undefined) === (year === undefined)) {
      const found = month === undefined ? 'neither' : 'both';
      const detail = 'it says when its electricity was made';
      const expected = 'output_month or output_year';
      checked.report({ rule: 'certificate-output', path, found, expected, detail });
      continue;
    }
    checkAllocations(checked, certificate, path);
    checkRetirement(checked, certificate, path);
    // Whether one that is not retired has expired depends on the day, which a register knows nothing of.
    for (const { reason, because } of judgeCertificate(certificate, twice, '1970-01-01')) {
      // That a withdrawn batch does not count is what somebody meant.
      if (reason === undefined || reason === 'withdrawn') continue;
      checked.report({
        rule: 'certificate-counts',
        path,
        found: because,
        detail: `nothing of it counts: ${exclusionReasons[reason]}`,
      });
    }
  }
}

function checkAllocations(checked: Checked, { allocations, mwh }: Certificate, path: EstatePath): void {
  let sum = 0;
  for (const [i, allocation] of allocations.entries()) {
    const at = [...path, 'allocations', i, 'meter'];
    boughtMeter(checked, allocation.meter, at);
    if (allocations.findIndex(({ meter }) => meter === allocation.meter) < i) {
      const detail = 'how much of the batch is for this meter is said already';
      checked.report({ rule: 'certificate-once', path: at, found: allocation.meter, detail });
      continue;
    }
    const before = sum;
    sum += allocation.mwh;
    if (sum <= mwh || before > mwh) continue;
    const detail = `the batch has ${mwh} MWh, of which ${before} are allocated already`;
    checked.report({
      rule: 'certificate-once',
      path: [...path, 'allocations', i, 'mwh'],
      found: `${allocation.mwh} MWh`,
      expected: `at most ${mwh - before} MWh`,
      detail,
    });
  }
}

function checkRetirement(checked: Checked, certificate: Certificate, path: EstatePath): void {
  const { retired, output_month: month, output_year: year } = certificate;
  if (!retired) return;
  const made = month === undefined ? `${year?.slice(0, 4)}-04-01` : `${month}-01`;
  if (retired.on >= made) return;
  const detail = `its electricity was made from ${made} on`;
  checked.report({ rule: 'certificate-output', path: [...path, 'retired', 'on'], found: retired.on, detail });
}

function checkOwnGeneration(checked: Checked): void {
  const entries = listed(checked, 'own_generation');
  const ids = new Set(checked.meters.keys());
  for (const [i, { meter: id, from }] of entries.entries()) {
    const path: EstatePath = ['own_generation', i];
    checkReference(checked, 'own-generation-exists', 'meter', id, ids, [...path, 'meter']);
    const meter = checked.meters.get(id)?.meter;
    const made = meter && ['solar', 'wind', 'hydro'].includes(meter.technology ?? '');
    if (meter && (meter.role !== 'generation' || !made)) {
      const found = `${id}, ${meter.role}`;
      const expected = 'a generation meter of solar, wind or hydro';
      const detail = 'certificates are issued for renewable output';
      checked.report({ rule: 'own-generation-renewable', path: [...path, 'meter'], found, expected, detail });
    }
    if (entries.findIndex((one) => one.meter === id && one.from === from) === i) continue;
    const detail = `${id} has an entry of this date already`;
    checked.report({ rule: 'dated-once', path: [...path, 'from'], found: from, detail });
  }
}
