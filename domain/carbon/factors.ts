import { z } from 'zod';
import { type Utility, utilities } from '../estate/estate.ts';
import set2016 from './factors/2016.json' with { type: 'json' };
import set2017 from './factors/2017.json' with { type: 'json' };
import set2018 from './factors/2018.json' with { type: 'json' };
import set2019 from './factors/2019.json' with { type: 'json' };
import set2020 from './factors/2020.json' with { type: 'json' };
import set2021 from './factors/2021.json' with { type: 'json' };
import set2022 from './factors/2022.json' with { type: 'json' };
import set2023 from './factors/2023.json' with { type: 'json' };
import set2024 from './factors/2024.json' with { type: 'json' };
import set2025 from './factors/2025.json' with { type: 'json' };
import set2026 from './factors/2026.json' with { type: 'json' };
import { limits } from '../limits.ts';
import { ProblemError } from '../problems.ts';
import type { LocalDate } from '../time.ts';

/**
 * The UK Government greenhouse gas conversion factors as dated data, one file a year (Open Government Licence v3.0;
 * source and licence stand in each file). Fuel factors are those per kWh of gross calorific value, as gas is billed. A
 * factor that is missing is carried forward visibly or refused; it is never 0.
 */

/** How a factor is known, strongest first. */
export const standings = ['verified', 'quoted', 'carried forward'] as const;
export type Standing = (typeof standings)[number];

/** What a factor is for, and the scope of the GHG Protocol it is reported in. */
export const activities = {
  combustion: { scope: 1, says: 'burning the fuel' },
  generation: { scope: 2, says: 'making the electricity or heat that is bought, grid average' },
  losses: { scope: 3, says: 'what is lost on the way: transmission and distribution of electricity, heat networks' },
  well_to_tank: { scope: 3, says: 'bringing the fuel to where it is burnt' },
  well_to_tank_generation: { scope: 3, says: 'bringing fuel to where the electricity or heat is made' },
  well_to_tank_losses: { scope: 3, says: 'bringing fuel there for the share that is lost on the way' },
  supply: { scope: 3, says: 'supplying mains water' },
  treatment: { scope: 3, says: 'treating water returned to the sewer' },
} as const;
export type Activity = keyof typeof activities;
export type Scope = (typeof activities)[Activity]['scope'];

export const activityNames = Object.keys(activities) as [Activity, ...Activity[]];

const setSchema = z.strictObject({
  set: z.string().regex(/^\d{4}$/),
  title: z.string(),
  publisher: z.string(),
  licence: z.string().min(20),
  valid_from: z.iso.date(),
  valid_to: z.iso.date(),
  source: z.string().min(10),
  standing: z.enum(['verified', 'quoted']),
  factors: z
    .array(
      z.strictObject({
        utilities: z.array(z.enum(utilities)).min(1),
        activity: z.enum(activityNames),
        value: z.number().positive().max(10),
        per: z.enum(['kWh', 'm3']),
        row: z.string(),
      }),
    )
    .min(1),
  /** A change against the year before that the reader must not take for the estate's own doing. */
  steps: z
    .array(z.strictObject({ utility: z.enum(utilities), activity: z.enum(activityNames), says: z.string() }))
    .default([]),
});

/** One year's publication. */
export interface FactorSet {
  readonly set: string;
  readonly title: string;
  readonly publisher: string;
  readonly licence: string;
  readonly source: string;
  /** First and last London date of the year it is meant for. */
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
  readonly factors: readonly Factor[];
}

/** One factor in kgCO2e per kWh (gross calorific value) or m³, with where it comes from. */
export interface Factor {
  readonly utility: Utility;
  readonly activity: Activity;
  readonly scope: Scope;
  readonly value: number;
  readonly unit: 'kgCO2e';
  readonly per: 'kWh' | 'm3';
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
  readonly source: string;
  readonly standing: Standing;
  /** The set it was published in: older than the date asked for where it is carried forward. */
  readonly set: string;
  /** Said where the factor changed for reasons that are not the doing of the estate. */
  readonly step?: string | undefined;
}

let known: readonly FactorSet[] | undefined;

/**
 * All sets, oldest first, checked when first asked for; throws a ProblemError `data.invalid` when a file is damaged.
 */
export function factorSets(): readonly FactorSet[] {
  known ??= [set2016, set2017, set2018, set2019, set2020, set2021, set2022, set2023, set2024, set2025, set2026].map(
    parseSet,
  );
  return known;
}

function parseSet(file: unknown): FactorSet {
  const parsed = setSchema.safeParse(file);
  if (!parsed.success) {
    throw new ProblemError([
      { code: 'data.invalid', where: 'domain/carbon/factors', detail: z.prettifyError(parsed.error) },
    ]);
  }
  const { factors, valid_from: validFrom, valid_to: validTo, standing, steps, ...set } = parsed.data;
  const list = factors.flatMap((entry) =>
    entry.utilities.map((utility): Factor => {
      const { activity, value, per, row } = entry;
      const step = steps.find((one) => one.utility === utility && one.activity === activity)?.says;
      const source = `${set.title}: ${row}; ${set.source}`;
      const { scope } = activities[activity];
      return {
        utility,
        activity,
        scope,
        value,
        unit: 'kgCO2e',
        per,
        validFrom,
        validTo,
        source,
        standing,
        set: set.set,
        step,
      };
    }),
  );
  return { ...set, validFrom, validTo, factors: list };
}

/**
 * The factor of a utility and activity on a London date: that of the date's calendar year, or the newest earlier one,
 * then with standing `carried forward`. Undefined where there is none, or only one older than
 * `limits.factorCarriedYears`.
 */
export function factorFor(
  utility: Utility,
  activity: Activity,
  date: LocalDate,
  sets: readonly FactorSet[] = factorSets(),
): Factor | undefined {
  const oldest = String(Number(date.slice(0, 4)) - limits.factorCarriedYears);
  for (const set of sets.toReversed()) {
    if (set.validFrom > date || set.set < oldest) continue;
    const factor = set.factors.find((one) => one.utility === utility && one.activity === activity);
    if (!factor) continue;
    // A step was news in its own year only.
    return date <= set.validTo ? factor : { ...factor, standing: 'carried forward', step: undefined };
  }
  return undefined;
}
