import type { Checked, EstatePath } from './estate-rules.ts';
import { limits } from '../limits.ts';
import { sameBasis, standardYears } from '../weather/standard-year.ts';
import type { Weather } from '../weather/register.ts';

/** The temperatures of a site's `weather:` fit its method, and its standard year has the same method and base. */
export function checkWeather(checked: Checked): void {
  for (const [i, { weather }] of checked.sites.entries()) {
    if (!weather) continue;
    const path: EstatePath = ['sites', i, 'weather'];
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
