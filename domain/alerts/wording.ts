import { clockText, wallClock } from '../time.ts';
import type { Seen } from './life.ts';
import { alertKinds } from './kinds.ts';
import { lookFirst } from './look-first.ts';

/**
 * An alert in the words of a facilities manager: what, where, since when, how sure, how unusual, what it costs, what
 * was tried before, and what to look at first.
 */
export interface Message {
  /** One line: what and where, and what it costs a week. */
  readonly title: string;
  readonly what: string;
  readonly where: string;
  readonly since: string;
  readonly sure: string;
  readonly unusual: string;
  readonly cost: string;
  readonly before: readonly string[];
  readonly lookAt: readonly string[];
}

export interface MessageRequest {
  readonly seen: Seen;
  readonly siteName: string;
  /** `clinical`: being switched off could harm a patient, and no text advises it. */
  readonly meter: { readonly name: string; readonly clinical: boolean };
  /** Names of the other meters that show it. */
  readonly others: readonly string[];
  /** What was done about earlier ones here: latest first. */
  readonly earlier: readonly { readonly at: number; readonly says: string }[];
}

export function messageOf(request: MessageRequest): Message {
  const { seen, siteName, meter, others } = request;
  const what = alertKinds[seen.kind].says;
  const where = `${meter.name}, ${siteName}`;
  const also =
    others.length === 0 ? '' : `; ${others.slice(0, 3).join(', ')}${others.length > 3 ? ' and others' : ''} too`;
  return {
    title: titleOf(seen, siteName),
    what: `${capital(what)}.`,
    where: `${where}${also}`,
    since: seen.open
      ? `since ${londonTime(seen.from)}, and still on`
      : `${londonTime(seen.from)} to ${londonTime(seen.to)}`,
    sure: surenessOf(request),
    unusual: unusualOf(request),
    cost: costOf(request),
    before: request.earlier.slice(0, 3).map(({ at, says }) => `${londonTime(at).slice(0, 10)}: ${says}`),
    lookAt: lookFirst(seen.kind, seen.family, meter.clinical),
  };
}

/** The title alone, which needs nothing but what was seen. */
export function titleOf({ kind, worth }: Pick<Seen, 'kind' | 'worth'>, siteName: string): string {
  const week = worth.gbpPerWeek;
  const money = week === null ? '' : ` (about £${pounds(week)} a week)`;
  return `${siteName}: ${alertKinds[kind].says}${money}`;
}

/** `2026-03-16 19:00`, by the clock in London. */
export function londonTime(at: number): string {
  const { date, minuteOfDay } = wallClock(at);
  return `${date} ${clockText(minuteOfDay)}`;
}

function surenessOf({ seen: { evidence } }: MessageRequest): string {
  const { score, known, detectors } = evidence;
  const seen = detectors > 1 ? `seen in ${detectors} ways` : 'seen in one way';
  const partly = known < 0.9 ? `; ${Math.round(100 * known)} % of its half-hours are known` : '';
  if (known < 0.5) return `not sure: ${seen}${partly}`;
  if (detectors > 1 || score === null || score >= 6) return `sure: ${seen}${partly}`;
  return `likely: ${seen}${partly}`;
}

function unusualOf({ seen: { kind, evidence } }: MessageRequest): string {
  const { unit, measured, expected, score } = evidence;
  if (kind === 'peak_capacity') return `${amount(measured)} kVA, of ${amount(expected)} kVA agreed`;
  const per = { kWh: 'kW', m3: 'm³/h', kvarh: 'kvar' }[unit];
  const rare = score !== null && score >= 3.5 ? `, ${amount(score)} times its usual ups and downs away` : '';
  return `${amount(measured)} ${per} where ${amount(expected)} ${per} is usual at that time${rare}`;
}

function costOf({ seen: { worth, open, evidence } }: MessageRequest): string {
  if (worth.unknown.includes('no-use')) return 'what it costs is no use of energy and is not reckoned here';
  const units = { kWh: 'kWh', m3: 'm³', kvarh: 'kvarh' }[evidence.unit];
  const used = `${amount(worth.excess)} ${units} so far`;
  const money = worth.gbp === null ? 'no price is known' : `£${pounds(worth.gbp)}`;
  const carbon = worth.kgco2e === null ? '' : `, ${amount(worth.kgco2e)} kgCO₂e`;
  const week = open && worth.gbpPerWeek !== null ? `; about £${pounds(worth.gbpPerWeek)} a week as it goes on` : '';
  return `${used}: ${money}${carbon}${week}`;
}

/** Pounds without their sign: pence where they matter. */
export function pounds(value: number): string {
  return value < 10 ? value.toFixed(2) : String(Math.round(value));
}

/** Three figures: more is not known. */
function amount(value: number | null): string {
  return value !== null && Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'an unknown number of';
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
