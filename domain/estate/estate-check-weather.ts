import { listed, type Site } from './estate.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked, EstatePath } from './estate-rules.ts';
import { limits } from '../limits.ts';
import { sameBasis, standardYears } from '../weather/standard-year.ts';

type Weather = NonNullable<Site['weather']>;

const series = ['temperature', 'highest_temperature', 'lowest_temperature'] as const;

/** The temperatures of a site's `weather:` are observed and fit its method, and its standard year fits both. */
export function checkWeather(checked: Checked): void {
  for (const [i, { weather }] of checked.sites.entries()) {
    if (!weather) continue;
    const path: EstatePath = ['sites', i, 'weather'];
    const observed = listed(checked, 'observed')
      .filter(({ quantity }) => quantity === 'temperature')
      .map(({ id }) => id);
    for (const key of series) {
      const id = weather[key];
      if (id === undefined) continue;
      checkReference(checked, 'weather-series-exists', 'observed temperature', id, new Set(observed), [...path, key]);
    }
    checkTemperatures(checked, weather, path);
    checkStandard(checked, weather, path);
  }
}

function checkTemperatures(checked: Checked, weather: Weather, path: EstatePath): void {
  const { temperature, highest_temperature: highest, lowest_temperature: lowest, method } = weather;
  const both = highest !== undefined && lowest !== undefined;
  const one = (highest ?? lowest) !== undefined;
  if (temperature === undefined ? !both : one) {
    const expected = 'temperature, or highest_temperature and lowest_temperature';
    checked.report({ rule: 'weather-temperatures', path, expected, detail: 'the one or the other pair is needed' });
  } else if (both && method === 'half_hourly') {
    const detail = 'of a day whose highest and lowest temperature alone are known there is no mean of half-hours';
    const at = [...path, 'method'];
    checked.report({ rule: 'weather-temperatures', path: at, found: method, expected: 'met_office or simple', detail });
  }
}

function checkStandard(checked: Checked, weather: Weather, path: EstatePath): void {
  const { standard, method, base_degc: base } = weather;
  const at = [...path, 'standard'];
  if (standard === undefined) return;
  if (typeof standard === 'string') {
    const years = standardYears().filter(({ id }) => id === standard);
    if (years.some((year) => sameBasis(year, { method, base }))) return;
    const expected = years.map((year) => `${year.method} at ${year.base} °C`).join(' or ');
    const detail = 'actual and standard degree days share method and base, or they say nothing of one another';
    checked.report({ rule: 'weather-standard', path: at, found: `${method} at ${base} °C`, expected, detail });
    return;
  }
  const count = standard.last_year - standard.first_year + 1;
  if (count >= 1 && count <= limits.standardYears) return;
  const detail = `the years are from the first to the last, ${limits.standardYears} at most`;
  checked.report({ rule: 'weather-standard', path: at, found: `${count} years`, detail });
}
