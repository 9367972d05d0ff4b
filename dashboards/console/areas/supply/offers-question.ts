import type { Answers } from '../../answers.ts';

/** The question of a comparison, as the address holds it, so that it can be mailed and asked again. */

type Tariff = Answers['/v1/tariffs']['tariffs'][number];
type Point = Answers['/v1/supply-points']['supply_points'][number];

/** How far a rate that nobody knows yet may lie from the last one, in percent. */
export interface Band {
  readonly least: number;
  readonly best: number;
  readonly most: number;
}

export interface Carry {
  /** Kinds of charge. */
  readonly kinds: ReadonlyMap<string, Band>;
  /** Half-hourly prices. */
  readonly prices: Band | undefined;
  readonly because: string;
}

export interface OffersQuestion {
  readonly utility: string;
  readonly offers: readonly string[];
  readonly points: readonly string[];
  /** First London date of supply and the one after its last. */
  readonly from: string;
  readonly to: string;
  readonly months: number;
  readonly against: string | undefined;
  readonly carry: Carry | undefined;
}

/** What there is to choose from. */
export interface Choosable {
  readonly utilities: readonly string[];
  readonly offers: readonly Tariff[];
  readonly points: readonly Point[];
}

/** Tariffs for what is bought and has not ended, and the supply points that buy; of one utility. */
export function choosableOf(
  tariffs: readonly Tariff[],
  points: readonly Point[],
  utility: string,
  today: string,
): Choosable {
  const bought = tariffs.filter(({ contract }) => contract !== 'export');
  const exports = new Set(tariffs.filter(({ contract }) => contract === 'export').map(({ tariff }) => tariff));
  const buying = points.filter(({ tariff }) => tariff === null || !exports.has(tariff));
  return {
    utilities: [...new Set(buying.map((point) => point.utility))],
    offers: bought.filter((one) => one.utility === utility && one.valid_to >= today),
    points: buying.filter((one) => one.utility === utility),
  };
}

const usualMonths = 12;

/** The question of an address. Where it says nothing: every offer that nobody has taken, for every supply point. */
export function questionOf(
  query: URLSearchParams,
  choosable: Choosable,
  utility: string,
  today: string,
): OffersQuestion {
  const { offers: tariffs, points } = choosable;
  const taken = new Set(points.map(({ tariff }) => tariff));
  const open = tariffs.filter(({ tariff }) => !taken.has(tariff));
  const offers = listOf(query, 'offers') ?? (open.length > 0 ? open : tariffs).map(({ tariff }) => tariff);
  const months = Math.min(60, Math.max(1, Number(query.get('months') ?? '') || usualMonths));
  const from = `${query.get('from') ?? usualMonth(tariffs, offers, today)}-01`;
  return {
    utility,
    offers,
    points: listOf(query, 'points') ?? points.map((one) => one.supply_point),
    from,
    to: monthsLater(from, months),
    months,
    against: query.get('against') ?? undefined,
    carry: carryOf(query),
  };
}

/** The month from which on all of them can be had, and not before the next one. */
function usualMonth(tariffs: readonly Tariff[], offers: readonly string[], today: string): string {
  const begins = tariffs.filter(({ tariff }) => offers.includes(tariff)).map((one) => one.valid_from);
  const next = monthsLater(`${today.slice(0, 7)}-01`, 1);
  return [next, ...begins].sort().at(-1)?.slice(0, 7) ?? next.slice(0, 7);
}

function monthsLater(date: string, months: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

function listOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const text = query.get(name);
  return text === null ? undefined : text.split(',').filter((one) => one !== '' && one !== '-');
}

/** `duos:-5:0:15,ro:0:0:8` and `-25:0:40`, as the budget's question has it too; a choice without its reason is none. */
function carryOf(query: URLSearchParams): Carry | undefined {
  const because = query.get('because') ?? '';
  const kinds = new Map<string, Band>();
  for (const one of listOf(query, 'carry') ?? []) {
    const [kind = '', ...band] = one.split(':');
    const read = bandOf(band);
    if (kind !== '' && read) kinds.set(kind, read);
  }
  const prices = bandOf((query.get('prices') ?? '').split(':'));
  return because === '' || (kinds.size === 0 && !prices) ? undefined : { kinds, prices, because };
}

function bandOf(parts: readonly string[]): Band | undefined {
  const [least, best, most] = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (least === undefined || best === undefined || most === undefined) return undefined;
  return Number.isFinite(least) && Number.isFinite(best) && Number.isFinite(most) ? { least, best, most } : undefined;
}

/** A choice of rates that go on, for the address. */
export function addressOfCarry({
  kinds,
  prices,
  because,
}: Carry): Readonly<Record<'carry' | 'prices' | 'because', string>> {
  const text = ({ least, best, most }: Band): string => `${least}:${best}:${most}`;
  const carry = [...kinds].map(([kind, band]) => `${kind}:${text(band)}`).join(',');
  return { carry, prices: prices ? text(prices) : '', because };
}

/** The question as the house takes it. */
export function bodyOf({ utility, offers, points, from, to, against, carry }: OffersQuestion) {
  const percents = ({ least, best, most }: Band) => ({ least_percent: least, best_percent: best, most_percent: most });
  return {
    offers: [...offers],
    supply_point: [...points],
    utility,
    from,
    to,
    factors: 'newest',
    unpriced: 'leave_out',
    ...(against !== undefined && offers.includes(against) ? { against } : {}),
    ...(carry
      ? {
          carry: {
            because: carry.because,
            kinds: [...carry.kinds].map(([kind, band]) => ({ kind, ...percents(band) })),
            ...(carry.prices ? { prices: percents(carry.prices) } : {}),
          },
        }
      : {}),
  };
}
export type OffersBody = ReturnType<typeof bodyOf>;
