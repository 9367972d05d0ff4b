import type { Range } from '../tariffs/range.ts';
import type { Reason } from './light.ts';
import { sum } from './heat-pump.ts';
import type { ReadinessYear } from './study.ts';
import type { Demand } from './supply-room.ts';

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
  /** Why it is not known what fuel is replaced, though it has meters. */
  readonly fuelUnknown?: string | undefined;
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
    const found = facts.fuelUnknown ?? 'no meter of the fuel, or no factor';
    const wouldChange = ['a meter of the fuel that is burnt for the heat'];
    reasons.push({ reason: 'carbon-unknown', found, expected: 'kgCO2e of both', wouldChange });
  }
  if (costMore === undefined) {
    const found = facts.fuelUnknown ?? 'no present contract with all its rates, of electricity or of the fuel';
    const wouldChange = ['supply points with their tariffs in the register, or fuel_p_per_kwh: see the tables of both'];
    reasons.push({ reason: 'costs-unknown', found, expected: 'pounds of both', wouldChange });
  } else if (costMore !== 'hidden' && costMore.high > 0) {
    const { low, best, high } = costMore;
    const range = high - low >= 1 ? ` (${pounds(low)} to ${pounds(high)} more)` : '';
    reasons.push({
      reason: 'costs-more',
      found: `£${whole(Math.abs(best))} ${best < 0 ? 'less' : 'more'} a year${range}`,
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

/** What a supply can carry: what is agreed for it, and what its intake is rated for. */
interface Limit extends Rating {
  readonly isAgreed: boolean;
}

function limitsOf({ agreed, rating }: ReasonFacts): Limit[] {
  return [
    ...(agreed === undefined ? [] : [{ value: agreed, unit: 'kVA', isAgreed: true } as const]),
    ...(rating === undefined ? [] : [{ ...rating, isAgreed: false }]),
  ];
}

function saidLimit({ value, unit, isAgreed }: Limit): string {
  return `at most ${whole(value)} ${unit}${isAgreed ? ' agreed' : ''}`;
}

/** kVA are never fewer than kW: where they are not known, what kW alone exceed is exceeded for certain. */
function demandIn({ kw, kva }: Demand, unit: Rating['unit']): Range<number> {
  return unit === 'kW' ? kw : (kva ?? { ...kw, high: Number.POSITIVE_INFINITY });
}

function capacityReasons(facts: ReasonFacts): Reason[] {
  const limits = limitsOf(facts);
  const [agreed, rated] = [limits.filter((one) => one.isAgreed), limits.filter((one) => !one.isAgreed)];
  return [
    ...agreed.flatMap((limit) => agreedReasons(facts.study, limit)),
    ...limits.flatMap((limit) => designReasons(facts.study, limit)),
    ...unknownReasons(facts.study, limits),
    ...rated.flatMap((limit) => ratingReasons(facts.study, limit)),
  ];
}

function agreedReasons(study: ReadinessYear, limit: Limit): Reason[] {
  const { low, high } = demandIn(study.demandAfter, limit.unit);
  const [found, expected, mends] = [saidDemand(study), saidLimit(limit), fits(study, limit.value)];
  if (low > limit.value) return [{ reason: 'capacity-exceeded', found, expected, wouldChange: mends }];
  if (!study.demandAfter.kva || high <= limit.value) return [];
  return [{ reason: 'capacity-uncertain', found, expected, wouldChange: [knowMore, ...mends] }];
}

const knowMore = 'a meter of reactive energy at the intake, or the missing half-hours';
const largerIntake = 'a larger intake, which the network must agree to';

function ratingReasons({ demandAfter, demandBefore }: ReadinessYear, limit: Limit): Reason[] {
  const { value, unit } = limit;
  const { low, high } = demandIn(demandAfter, unit);
  const expected = saidLimit(limit);
  const was = `${whole(demandIn(demandBefore, unit).best)} without it`;
  const mends = [largerIntake, 'a smaller heat pump with boilers beside it'];
  if (low > value) {
    return [{ reason: 'rating-exceeded', found: `${whole(low)} ${unit}, ${was}`, expected, wouldChange: mends }];
  }
  if (high <= value || high === Number.POSITIVE_INFINITY) return [];
  const found = `${whole(low)} to ${whole(high)} ${unit}, ${was}`;
  return [{ reason: 'rating-uncertain', found, expected, wouldChange: [knowMore, ...mends] }];
}

/** A design day beyond what the measured year kept within. What would mend the year need not mend that day. */
function designReasons({ design, demandAfter }: ReadinessYear, limit: Limit): Reason[] {
  const { value, unit, isAgreed } = limit;
  if (!design || demandIn(demandAfter, unit).low > value) return [];
  const [is, of] = unit === 'kW' || design.kva === undefined ? [design.kw, 'kW'] : [design.kva, 'kVA'];
  if (is <= value) return [];
  const atLeast = of === unit ? '' : 'at least ';
  const wouldChange = [
    isAgreed ? `${atLeast}${whole(Math.ceil(is - 1e-6))} kVA agreed` : largerIntake,
    'less heat to be made: insulation, windows, controls',
  ];
  return [{ reason: 'design-day-exceeds', found: `${whole(is)} ${of}`, expected: saidLimit(limit), wouldChange }];
}

function unknownReasons(study: ReadinessYear, limits: readonly Limit[]): Reason[] {
  const { kw, kva } = study.demandAfter;
  const cannotTell = limits.some(({ value, unit }) => unit === 'kVA' && !kva && kw.low <= value);
  if (limits.length > 0 && !cannotTell) return [];
  const missing =
    limits.length === 0
      ? 'agreed_capacity_kva of the supply point, or a rating of its meter'
      : 'reactive_meters of the supply point, or its range of power factors';
  const expected = 'what the supply can carry, and kVA';
  return [{ reason: 'capacity-unknown', found: saidDemand(study), expected, wouldChange: [missing] }];
}

function saidDemand({ demandAfter: { kva, kw }, demandBefore }: ReadinessYear): string {
  if (!kva) return `${whole(kw.best)} kW, ${whole(demandBefore.kw.best)} without it; kVA are not known`;
  const range = kva.high - kva.low >= 1 ? ` (${whole(kva.low)} to ${whole(kva.high)})` : '';
  return `${whole(kva.best)} kVA${range}, ${whole(demandBefore.kva?.best ?? 0)} without it`;
}

/** What would make it fit, each with its size. */
function fits({ fit, flows }: ReadinessYear, agreed: number): string[] {
  if (!fit) return ['less heat to be made: how much cannot be told without kVA'];
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

/** In the measured year, and on the colder day that was asked for. */
function unmetReasons({ study }: ReasonFacts): Reason[] {
  const { unmetHeat } = study.pump.best;
  const [unmet, onDesignDay] = [sum(unmetHeat), study.design?.unmet ?? 0];
  if (unmet <= 0 && onDesignDay <= 0) return [];
  const hours = unmetHeat.filter((kwh) => kwh > 0).length / 2;
  const found = [
    unmet > 0 ? `${whole(unmet)} kWh of heat in ${whole(hours)} hours` : '',
    onDesignDay > 0 ? `${whole(onDesignDay)} kWh of heat on the day that it is designed for` : '',
  ];
  return [
    {
      reason: 'heat-unmet',
      found: found.filter((text) => text !== '').join(', '),
      expected: 'none',
      wouldChange: [
        `${whole(Math.max(study.largestHeat, study.design?.largestHeat ?? 0))} kW of heat`,
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

function pounds(amount: number): string {
  return `${amount < 0 ? '−' : ''}£${whole(Math.abs(amount))}`;
}

function whole(amount: number): string {
  return Math.round(amount).toLocaleString('en-GB');
}
