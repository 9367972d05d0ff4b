import type { Supply } from './register.ts';
import { above } from '../energy/counted-meters.ts';
import { type Estate, isValidOn, listed, type Meter } from '../estate/estate.ts';
import { addDays, type LocalDate } from '../time.ts';

/**
 * Through which supply point electricity comes to a meter, and by which contract. A meter that no contract names hangs
 * behind one that is named, or behind the intake.
 */
export interface SupplyPoint {
  /** Id of the meter that stands for it. */
  readonly point: string;
  /** Id of the contract that holds on the day; undefined where the register has none. */
  readonly supply: string | undefined;
}

/** What of a register is asked for each meter and bucket again. */
interface Memory {
  readonly supplies: ReadonlyMap<string, readonly Supply[]>;
  /** A meter and those above it, nearest first. */
  readonly chains: Map<string, readonly string[]>;
  readonly dates: readonly LocalDate[];
}

// A pure function's memory: an estate is never changed, a new version is a new object.
const remembered = new WeakMap<Estate, Memory>();

function memoryOf(estate: Estate): Memory {
  const known = remembered.get(estate);
  if (known) return known;
  const memory = { supplies: suppliesByMeter(estate), chains: new Map<string, string[]>(), dates: datesOf(estate) };
  remembered.set(estate, memory);
  return memory;
}

function suppliesByMeter(estate: Estate): ReadonlyMap<string, readonly Supply[]> {
  const result = new Map<string, Supply[]>();
  for (const supply of listed(estate, 'supplies')) {
    for (const id of supplyMetersOf(estate, supply)) result.set(id, [...(result.get(id) ?? []), supply]);
  }
  return result;
}

/** Ids of the meters that a contract supplies, by themselves or by their MPANs. */
export function supplyMetersOf({ meters }: Pick<Estate, 'meters'>, supply: Supply): string[] {
  const mpans = new Set((supply.mpans ?? []).map(coreOf));
  const carries = ({ mpan }: Meter): boolean => mpan !== undefined && mpans.has(coreOf(mpan));
  const carrying = mpans.size === 0 ? [] : [...meters.values()].filter(carries);
  return [...new Set([...(supply.meters ?? []), ...carrying.map(({ id }) => id)])];
}

/** The 13 digits of an MPAN that name the point, without what people write before and between them. */
export function coreOf(mpan: string): string {
  return mpan.replaceAll(' ', '').slice(-13);
}

/** The supply point of a meter on a London date. */
export function supplyPointOf(estate: Estate, meter: Meter, date: LocalDate): SupplyPoint {
  const { supplies, chains } = memoryOf(estate);
  let chain = chains.get(meter.id);
  if (!chain) {
    chain = chainOf(estate, meter);
    chains.set(meter.id, chain);
  }
  for (const point of chain) {
    const supply = supplies.get(point)?.find((one) => isValidOn(one, date));
    if (supply) return { point, supply: supply.id };
  }
  return { point: chain.at(-1) ?? meter.id, supply: undefined };
}

/** A meter and those above it, up to the first that counts something else. */
function chainOf(estate: Estate, meter: Meter): string[] {
  const chain = [meter, ...above(estate, meter)];
  const end = chain.findIndex(({ utility }) => utility !== meter.utility);
  return chain.slice(0, end < 0 ? chain.length : end).map(({ id }) => id);
}

/** The first London dates on which another contract, rate or residual mix may hold, or certificates change hands. */
export function marketDates(estate: Estate): readonly LocalDate[] {
  return memoryOf(estate).dates;
}

function datesOf(estate: Estate): LocalDate[] {
  const supplies = listed(estate, 'supplies');
  const spans = [...supplies, ...supplies.flatMap(({ rates }) => rates), ...listed(estate, 'residual_mix')];
  const dates = new Set(listed(estate, 'own_generation').map(({ from }) => from));
  for (const { valid_from, valid_to } of spans) {
    dates.add(valid_from);
    if (valid_to !== undefined) dates.add(addDays(valid_to, 1));
  }
  return [...dates].sort();
}

/** Whether the register says anything of contracts and certificates. */
export function hasMarketSide(estate: Estate): boolean {
  return memoryOf(estate).dates.length > 0 || listed(estate, 'certificates').length > 0;
}
