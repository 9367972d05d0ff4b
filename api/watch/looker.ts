import { daysAfter } from '../../domain/alerts/days-after.ts';
import type { Alert, Seen } from '../../domain/alerts/life.ts';
import { type AbnormalSpan, learningLook, type MeterKnowledge } from '../../domain/alerts/look.ts';
import type { AlertRule } from '../../domain/alerts/rule-register.ts';
import type { SiteColumns } from '../../domain/alerts/site-columns.ts';
import { SiteSlice } from '../../domain/alerts/slice.ts';
import type { DayAfter } from '../../domain/alerts/verification.ts';
import type { EpochSeconds } from '../../domain/time.ts';

/** What the thread of the watch is asked, and what it answers; all of it can be handed over. */
export interface LearnRequest {
  readonly columns: SiteColumns;
  readonly rules: readonly AlertRule[];
  readonly abnormal: readonly AbnormalSpan[];
  /** Alerts that a person said are mended. */
  readonly watching: readonly Pick<Alert, 'id' | 'seen' | 'closed'>[];
  /** Until when half-hours are over. */
  readonly until: EpochSeconds;
}

export interface LookedSite {
  readonly site: string;
  readonly seen: readonly Seen[];
  /** The end of the last known half-hour, by watched meter. */
  readonly knownUntil: ReadonlyMap<string, EpochSeconds>;
}

export interface LearnAnswer extends LookedSite {
  readonly meters: readonly MeterKnowledge[];
  /** By the id of a mended alert. */
  readonly daysAfter: ReadonlyMap<string, readonly DayAfter[]>;
}

/** Half-hours of a meter that are new or were written again. */
export interface News {
  readonly meter: string;
  readonly from: EpochSeconds;
  readonly values: Float64Array;
}

export interface LookAnswer {
  readonly sites: readonly LookedSite[];
  readonly failed: readonly FailedSite[];
}

/** A site that could not be looked at by what was learned, and why: it is to be learned anew. */
export interface FailedSite {
  readonly site: string;
  readonly error: unknown;
}

/** Looks at sites, and remembers of each what the next half-hour is looked at with. */
export class Looker {
  readonly #slices = new Map<string, SiteSlice>();

  learn({ columns, rules, abnormal, watching, until }: LearnRequest): LearnAnswer {
    const { site } = columns.subjects;
    const look = learningLook({ columns, rules, abnormal });
    const slice = new SiteSlice({ columns, look, rules, until });
    this.#slices.set(site, slice);
    const { seen, knownUntil } = slice.look();
    const after = watching.map((alert): [string, readonly DayAfter[]] => [alert.id, daysAfter(alert, look, until)]);
    return { site, seen, knownUntil, meters: look.meters, daysAfter: new Map(after) };
  }

  /** Takes what is new, and looks at the sites that it is of; one that fails is forgotten, and keeps no other back. */
  look(news: readonly News[]): LookAnswer {
    const byMeter = Map.groupBy(news, ({ meter }) => meter);
    const sites: LookedSite[] = [];
    const failed: FailedSite[] = [];
    for (const [site, slice] of this.#slices) {
      const own = slice.meters.flatMap((meter) => byMeter.get(meter) ?? []);
      if (own.length === 0) continue;
      try {
        for (const { meter, from, values } of own) slice.take(meter, from, values);
        const { seen, knownUntil } = slice.look();
        sites.push({ site, seen, knownUntil });
      } catch (error) {
        this.#slices.delete(site);
        failed.push({ site, error });
      }
    }
    return { sites, failed };
  }

  forget(site: string): void {
    this.#slices.delete(site);
  }
}
