import { thermalUtilities } from '../domain/energy/benchmarks.ts';
import { answerBuckets } from '../domain/energy/buckets.ts';
import { yearBefore } from '../domain/energy/comparisons.ts';
import type { IntensityFigure } from '../domain/energy/place-intensity.ts';
import type { Estate, Site, Utility } from '../domain/estate/estate.ts';
import { dateOf, type EpochSeconds, type Period, startOfDay } from '../domain/time.ts';
import { type CorrectedFigure, correctFigure } from '../domain/weather/corrected-figure.ts';
import { degreeDaysIn } from '../domain/weather/degree-days.ts';
import type { Signature } from '../domain/weather/signature.ts';
import { signatureOfUse } from '../domain/weather/site-signature.ts';
import { standardDegreeDays } from '../domain/weather/standard-year.ts';
import type { CorrectionNote } from '../domain/weather/weather-corrected.ts';
import type { Stores } from './energy.ts';
import { readUtilityUse, type UtilityUse } from './signature-use.ts';
import type { SiteWeather, WeatherOfPeriod } from './site-weather.ts';

/** The utilities that heat a site: what the register says, or fuel and bought heat. */
export function heatingOf(site: Site): readonly Utility[] {
  return site.weather?.heated_by ?? thermalUtilities;
}

/**
 * The months whose signature says what of a period's use follows the weather: the period itself where it is a year or
 * more, else the twelve months that end with it.
 */
export function signaturePeriod(period: Period): Period {
  const to = startOfDay(`${dateOf(period.to).slice(0, 7)}-01`);
  return { from: Math.min(period.from, yearBefore({ from: to, to }).from), to };
}

export interface CorrectionAsked {
  readonly estate: Estate;
  readonly sites: readonly Site[];
  /** Their weather in the period and in that of its signature. */
  readonly reader: WeatherOfPeriod;
  /** The fits of the signature's period, where they were read already. */
  readonly fits?: ReadonlyMap<string, readonly SiteFit[]>;
  /** The figures of the sites, all of the same period of whole days. */
  readonly figures: ReadonlyMap<string, IntensityFigure>;
  readonly period: Period;
  readonly now: EpochSeconds;
}

/**
 * The figures of sites as they would have been in the weather of their standard years. A site whose register entry does
 * not say enough has a note instead. Rejects as `readEnergy` does.
 */
export async function readCorrected(
  stores: Stores,
  { estate, sites, reader, figures, period, now, ...read }: CorrectionAsked,
): Promise<ReadonlyMap<string, CorrectedFigure>> {
  const described = sites.filter(({ weather }) => weather?.standard !== undefined);
  const fits = read.fits ?? (await readFits(stores, { estate, sites: described, reader, period, now }));
  const corrected = new Map<string, CorrectedFigure>();
  for (const site of sites) {
    const figure = figures.get(site.id);
    if (!site.weather) corrected.set(site.id, nothing('not-described'));
    else if (site.weather.standard === undefined) corrected.set(site.id, nothing('no-standard'));
    else if (figure) {
      const weather = await reader.of(site);
      const signatures = (fits.get(site.id) ?? []).map(({ utility, signature }) => [utility, signature] as const);
      corrected.set(site.id, await correct(figure, period, weather, new Map(signatures)));
    }
  }
  return corrected;
}

/** What heats a site of one utility, and how it follows the weather. */
export interface SiteFit extends UtilityUse {
  readonly signature: Signature;
}

/**
 * The signatures, by months and at the base of the register, of what heats sites whose weather the register describes:
 * those that say what of a period's use follows the weather.
 */
export async function readFits(
  stores: Stores,
  { estate, sites, reader, period, now }: Pick<CorrectionAsked, 'estate' | 'sites' | 'reader' | 'period' | 'now'>,
): Promise<ReadonlyMap<string, readonly SiteFit[]>> {
  const described = new Map(sites.flatMap((site) => (site.weather ? [[site.id, site]] : [])));
  const months = answerBuckets(signaturePeriod(period), 'month', now).filter(({ because }) => because.length === 0);
  const heating = (id: string): readonly Utility[] => {
    const site = described.get(id);
    return site ? heatingOf(site) : [];
  };
  const uses = await readUtilityUse(stores, estate, [...described.keys()], heating, months);
  const fits = new Map<string, SiteFit[]>();
  for (const one of uses) {
    const site = described.get(one.site);
    if (!site) continue;
    const weather = await reader.of(site);
    const how = { base: weather.basis.base, length: 'month', search: false } as const;
    const { signature } = signatureOfUse(one.use, weather.days, how);
    fits.set(one.site, [...(fits.get(one.site) ?? []), { ...one, signature }]);
  }
  return fits;
}

function nothing(note: CorrectionNote): CorrectedFigure {
  return { energy: undefined, notes: [{ note }] };
}

async function correct(
  figure: IntensityFigure,
  period: Period,
  weather: SiteWeather,
  signatures: ReadonlyMap<Utility, Signature>,
): Promise<CorrectedFigure> {
  const standard = await weather.standard();
  if (!standard) return nothing('no-standard');
  const { degreeDays, days } = degreeDaysIn(weather.days(), period);
  const { energy, notes } = correctFigure({
    figure,
    signatures,
    days,
    degreeDays,
    standardDegreeDays: standardDegreeDays(standard, period),
  });
  return { energy, notes: standard.standing === 'quoted' ? [...notes, { note: 'standard-quoted' }] : notes };
}
