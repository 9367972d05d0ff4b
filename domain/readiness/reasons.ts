import type { Range } from '../tariffs/range.ts';
import type { Reason } from './light.ts';
import { sum } from './heat-pump.ts';
import type { ReadinessYear } from './study.ts';

/** What speaks against a heat pump as it was asked for, from the study of a year. */

/** A rating of the intake as its meter states it. */
export interface Rating {
  readonly value: number;
  readonly unit: 'kW' | 'kVA';
}

export interface ReasonFacts {
  readonly study: ReadinessYear;
  readonly agreed: number | undefined;
  readonly rating: Rating | undefined;
  /** kgCO2e a year more; undefined where it is not known. */
  readonly carbonMore: number | undefined;
  /** Pounds a year more by the present contracts; undefined where not known, and `hidden` from who may not see it. */
  readonly costMore: Range<number> | 'hidden' | undefined;
  /** Names of measures of step 2 here that are not done. */
  readonly fabricPlanned: readonly string[];
  /** Of the half-hours of heat, and of temperature, from 0 to 1. */
  readonly heatMeasured: number;
  readonly temperatureMeasured: number;
}

/** The share that must be measured: nine tenths, as of a day's and a year's half-hours elsewhere (OpenEEmeter). */
const measuredEnough = 0.9;

export function reasonsOf(facts: ReasonFacts): Reason[] {
  const { study, fabricPlanned, carbonMore, costMore } = facts;
  const reasons = [...capacityReasons(facts), ...unmetReasons(facts)];
  if (carbonMore !== undefined && carbonMore >= 0) {
    reasons.push({
      reason: 'carbon-not-less',
      found: `${whole(carbonMore)} kgCO2e more a year`,
      expected: 'less than the fuel that it replaces',
      wouldChange: ['a cooler flow or a better source, so that less electricity is needed', 'a cleaner grid'],
    });
  }
  if (carbonMore === undefined) {
    const found = 'no meter of the fuel, or no factor';
    const wouldChange = ['a meter of the fuel that is burnt for the heat'];
    reasons.push({ reason: 'carbon-unknown', found, expected: 'kgCO2e of both', wouldChange });
  }
  if (costMore === undefined) {
    const found = 'no present contract with all its rates, of electricity or of the fuel';
    const wouldChange = ['supply points with their tariffs in the register, or fuel_p_per_kwh: see the tables of both'];
    reasons.push({ reason: 'costs-unknown', found, expected: 'pounds of both', wouldChange });
  } else if (costMore !== 'hidden' && costMore.best > 0) {
    const { low, best, high } = costMore;
    const range = high - low >= 1 ? ` (£${whole(low)} to £${whole(high)})` : '';
    reasons.push({
      reason: 'costs-more',
      found: `£${whole(best)} more a year${range}`,
      expected: 'no more than what it replaces',
      wouldChange: [
        'another tariff: see the table of tariffs',
        'a cooler flow: see the table of flows',
        'less heat to be made: fabric first',
      ],
    });
  }
  if (fabricPlanned.length > 0) {
    reasons.push({
      reason: 'fabric-first',
      found: fabricPlanned.join(', '),
      expected: 'step 2 before step 3',
      wouldChange: ['those measures done first, or fabric_saving_share with what they are expected to save'],
    });
  }
  if (study.pump.best.beyondKnown > 0) {
    reasons.push({
      reason: 'performance-beyond-known',
      found: `${study.pump.best.beyondKnown} half-hours`,
      expected: 'none',
      wouldChange: ['a cooler flow', 'the points of a maker’s own table that reach so far'],
    });
  }
  return [...reasons, ...measuredReasons(facts)];
}

function capacityReasons({ study, agreed, rating }: ReasonFacts): Reason[] {
  const { demandAfter, demandBefore, fit, design } = study;
  const reasons: Reason[] = [];
  // kVA are never fewer than kW: where they are not known, what kW alone exceed is exceeded for certain.
  const kva = demandAfter.kva ?? { ...demandAfter.kw, high: Number.POSITIVE_INFINITY };
  const found = saidDemand(study);
  if (agreed !== undefined && fit) {
    const expected = `at most ${whole(agreed)} kVA agreed`;
    const mends = fits(study, agreed);
    if (kva.low > agreed) reasons.push({ reason: 'capacity-exceeded', found, expected, wouldChange: mends });
    else if (demandAfter.kva && kva.high > agreed) {
      const wouldChange = ['a meter of reactive energy at the intake, or the missing half-hours', ...mends];
      reasons.push({ reason: 'capacity-uncertain', found, expected, wouldChange });
    }
    const designed = design?.kva ?? design?.kw;
    if (designed !== undefined && designed > agreed && kva.low <= agreed) {
      const is = `${whole(designed)} ${design?.kva === undefined ? 'kW' : 'kVA'}`;
      reasons.push({ reason: 'design-day-exceeds', found: is, expected, wouldChange: mends });
    }
  }
  if ((agreed === undefined && rating === undefined) || (demandAfter.kva === undefined && kva.low <= (agreed ?? 0))) {
    const missing =
      agreed === undefined
        ? ['agreed_capacity_kva of the supply point, or a rating of its meter']
        : ['reactive_meters of the supply point, or its range of power factors'];
    const expected = 'what the supply can carry, and kVA';
    reasons.push({ reason: 'capacity-unknown', found, expected, wouldChange: missing });
  }
  const flows = rating && (rating.unit === 'kW' ? demandAfter.kw : kva).low;
  if (rating && flows !== undefined && flows > rating.value) {
    const was = whole((rating.unit === 'kW' ? demandBefore.kw : (demandBefore.kva ?? demandBefore.kw)).best);
    reasons.push({
      reason: 'rating-exceeded',
      found: `${whole(flows)} ${rating.unit}, ${was} without it`,
      expected: `at most ${whole(rating.value)} ${rating.unit}`,
      wouldChange: ['a larger intake, which the network must agree to', 'a smaller heat pump with boilers beside it'],
    });
  }
  return reasons;
}

function saidDemand({ demandAfter: { kva, kw }, demandBefore }: ReadinessYear): string {
  if (!kva) return `${whole(kw.best)} kW, ${whole(demandBefore.kw.best)} without it; kVA are not known`;
  const range = kva.high - kva.low >= 1 ? ` (${whole(kva.low)} to ${whole(kva.high)})` : '';
  return `${whole(kva.best)} kVA${range}, ${whole(demandBefore.kva?.best ?? 0)} without it`;
}

/** What would make it fit, each with its size. */
function fits({ fit, flows }: ReadinessYear, agreed: number): string[] {
  if (!fit) return [];
  const hottestFirst = flows.toSorted((a, b) => b.flow - a.flow);
  const cooler = hottestFirst.find(({ demand }) => demand.kva !== undefined && demand.kva.high <= agreed);
  return [
    fit.lessHeat >= 1
      ? 'no fabric alone: the site exceeds it without any heating'
      : fit.lessHeat > 0
        ? `${(100 * fit.lessHeat).toFixed(0)} % less heat to be made: insulation, windows, controls`
        : '',
    fit.store === undefined
      ? 'no store of heat: the hours before never leave enough'
      : fit.store > 0
        ? `a store of ${whole(fit.store)} kWh of heat, filled beforehand`
        : '',
    `${whole(fit.capacity)} kVA agreed`,
    cooler ? `a flow of ${cooler.flow} °C all year` : '',
    'a smaller heat pump, with boilers in the coldest hours',
  ].filter((text) => text !== '');
}

function unmetReasons({ study }: ReasonFacts): Reason[] {
  const { unmetHeat } = study.pump.best;
  const unmet = sum(unmetHeat);
  if (unmet <= 0) return [];
  const hours = unmetHeat.filter((kwh) => kwh > 0).length / 2;
  return [
    {
      reason: 'heat-unmet',
      found: `${whole(unmet)} kWh of heat in ${whole(hours)} hours`,
      expected: 'none',
      wouldChange: [
        `${whole(study.largestHeat)} kW of heat`,
        'backup: boiler or direct_electric',
        'less heat to be made: fabric first',
      ],
    },
  ];
}

function measuredReasons({ heatMeasured, temperatureMeasured }: ReasonFacts): Reason[] {
  const least = Math.min(heatMeasured, temperatureMeasured);
  if (least >= measuredEnough) return [];
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const found = `${percent(heatMeasured)} of heat, ${percent(temperatureMeasured)} of temperature`;
  const wouldChange = ['a year of half-hours of the meters named, or heat meters behind the boilers'];
  return [{ reason: 'heat-not-measured', found, expected: '90 % of the half-hours', wouldChange }];
}

function whole(amount: number): string {
  return Math.round(amount).toLocaleString('en-GB');
}
