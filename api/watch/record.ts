import { type Alert, type AlertEvent, isAbnormal } from '../../domain/alerts/life.ts';
import { mergeSeen } from '../../domain/alerts/life-merge.ts';
import type { AbnormalSpan } from '../../domain/alerts/look.ts';
import { meanOf } from '../../domain/alerts/robust.ts';
import { type DayAfter, verify } from '../../domain/alerts/verification.ts';
import type { UnitWorth } from '../../domain/alerts/worth.ts';
import { ProblemError } from '../../domain/problems.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds } from '../../domain/time.ts';
import type { StateStore } from '../../store/state-store.ts';
import type { FailedSite, LearnAnswer, LearnRequest, LookedSite } from './looker.ts';

/** Families whose alerts say nothing of how a meter is used: a demand, kvarh. */
const ofNoUse: readonly Alert['seen']['family'][] = ['capacity', 'power_factor'];

/** The half-hours that alerts call abnormal. */
export function abnormalSpans(alerts: readonly Alert[]): AbnormalSpan[] {
  return alerts
    .filter((alert) => isAbnormal(alert) && !ofNoUse.includes(alert.seen.family))
    .map(({ seen: { meters, from, to } }) => ({ meters, from, to }));
}

export function watchingOf(alerts: readonly Alert[]): LearnRequest['watching'] {
  return alerts.filter(({ state }) => state === 'watching').map(({ id, seen, closed }) => ({ id, seen, closed }));
}

/** How long after it was over an alert may be the one that is there again. */
const resumes = 7 * daySeconds;

/**
 * Merges what was seen at some sites with their alerts, in one transaction: opens, ends and resumes them, and gives the
 * verdict on those that are watched. What was over before `since` is history. Answers the ids of what was opened.
 */
export function recordSeen(
  state: StateStore,
  sites: readonly LookedSite[],
  { now, since }: { readonly now: EpochSeconds; readonly since: EpochSeconds },
  daysAfter: ReadonlyMap<string, readonly DayAfter[]> = new Map(),
): readonly string[] {
  if (sites.length === 0) return [];
  const seen = sites.flatMap((site) => site.seen.filter(({ open, to }) => open || to >= since));
  const known = new Map(sites.flatMap(({ knownUntil }) => [...knownUntil]));
  const asked = { sites: sites.map(({ site }) => site), since: since - resumes };
  return state.recordLook(asked, (alerts) => {
    const knownUntil = (subject: string): EpochSeconds => known.get(subject) ?? 0;
    const merged = mergeSeen({ alerts, seen, now, window: { from: since }, knownUntil });
    const verdicts = alerts.flatMap((alert): { id: string; events: AlertEvent[] }[] => {
      const days = daysAfter.get(alert.id);
      const verdict = days && verify(alert, days, now);
      return verdict ? [{ id: alert.id, events: [verdict] }] : [];
    });
    return { ...merged, gone: [...merged.gone, ...verdicts] };
  });
}

/**
 * Records what was seen at all sites together, or where that is refused site by site: what is refused of one keeps no
 * other back. Throws where the state takes nothing at all.
 */
export function recordEach(
  state: StateStore,
  sites: readonly LookedSite[],
  merging: { readonly now: EpochSeconds; readonly since: EpochSeconds },
): { readonly opened: readonly string[]; readonly failed: readonly FailedSite[] } {
  try {
    return { opened: recordSeen(state, sites, merging), failed: [] };
  } catch (error) {
    if (isPassing(error)) throw error;
  }
  const opened: string[] = [];
  const failed: FailedSite[] = [];
  for (const site of sites) {
    try {
      opened.push(...recordSeen(state, [site], merging));
    } catch (error) {
      // Nothing is wrong with the site: what was recorded is found recorded when all is tried again.
      if (isPassing(error)) throw error;
      failed.push({ site: site.site, error });
    }
  }
  return { opened, failed };
}

/** Whether it is the state that takes nothing for now. */
function isPassing(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.every(({ code }) => code.startsWith('store.'));
}

/** Keeps what the watch knows of the meters of a site. */
export function keepKnowledge(
  state: StateStore,
  { site, meters }: Pick<LearnAnswer, 'site' | 'meters'>,
  worth: ReadonlyMap<string, UnitWorth>,
  until: EpochSeconds,
): void {
  state.keepWatched(
    site,
    meters.map(({ meter, learnedUntil, knownUntil, sizes }) => {
      const price = recentPrice(worth.get(meter), until);
      return {
        meter,
        learnedUntil: learnedUntil === undefined ? null : Math.min(learnedUntil, until),
        knownUntil: knownUntil ?? null,
        sizes: sizes.map((size) => ({
          ...size,
          rate: known(size.rate),
          perWeek: known(size.perWeek),
          gbpPerWeek: size.unit === 'kW' || size.unit === 'm3/h' ? known(size.perWeek * price) : null,
        })),
      };
    }),
  );
}

/** The mean of the last week; NaN where no price is known. */
function recentPrice({ price }: UnitWorth = {}, until: EpochSeconds): number {
  if (price === undefined || typeof price === 'number') return price ?? Number.NaN;
  const end = (until - price.from) / halfHourSeconds;
  return meanOf(price.values.subarray(Math.max(0, end - 336), Math.max(0, end)));
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
