import { checkAlerts } from './estate-check-alerts.ts';
import { checkAreas, checkDates } from './estate-check-dates.ts';
import { checkFormulas } from './estate-check-formula.ts';
import { checkHearing } from './estate-check-hearing.ts';
import { checkNames, checkTree } from './estate-check-names.ts';
import { checkWeather } from './estate-check-weather.ts';
import { checkObserved } from './estate-check-observed.ts';
import { checkSources } from './estate-check-sources.ts';
import { checkMarketSide } from './estate-check-supplies.ts';
import { checkBudgets } from './estate-check-budgets.ts';
import { checkMeasures } from './estate-check-measures.ts';
import { checkReports } from './estate-check-reports.ts';
import { checkRoutes } from './estate-check-routes.ts';
import { checkTariffs } from './estate-check-tariffs.ts';
import { checkQuantities, checkRoles, checkSupplyPoints } from './estate-check-meters.ts';
import {
  type Checked,
  type EstateContext,
  type EstateEntries,
  type EstatePath,
  estateRules,
  type Finding,
  type PlacedMeter,
} from './estate-rules.ts';

/**
 * Judges what needs more than one entry or key, over the whole register, by the rules of `estateRules`; all findings
 * at once, in the order of the rules' groups. Pure: the same register gives the same findings.
 */
export function checkEstate(entries: EstateEntries, context: EstateContext): readonly Finding[] {
  const findings: Finding[] = [];
  const placed: PlacedMeter[] = entries.sites.flatMap((site, i) =>
    site.meters.map((meter, j) => ({ meter, site, path: ['sites', i, 'meters', j] })),
  );
  const meters = new Map<string, PlacedMeter>();
  for (const entry of placed) if (!meters.has(entry.meter.id)) meters.set(entry.meter.id, entry);
  const isFaulty = (entry: EstatePath, keys: readonly string[]) => {
    const faulty = context.faulty.get(entry.join('/'));
    return faulty !== undefined && keys.some((key) => faulty.has(key));
  };
  const report = (finding: Finding) => {
    const { rule, path } = finding;
    const depth = entryDepth(path);
    const key = path[depth];
    const looked = key === undefined ? estateRules[rule].needs : [...estateRules[rule].needs, String(key)];
    if (!isFaulty(path.slice(0, depth), looked)) findings.push(finding);
  };
  const checked: Checked = { ...entries, ...context, meters, placed, report, isFaulty };
  checkNames(checked);
  checkTree(checked);
  checkRoles(checked);
  checkFormulas(checked);
  checkSources(checked);
  checkQuantities(checked);
  checkSupplyPoints(checked);
  checkHearing(checked);
  checkObserved(checked);
  checkDates(checked);
  checkAreas(checked);
  checkWeather(checked);
  checkMarketSide(checked);
  checkReports(checked);
  checkTariffs(checked);
  checkBudgets(checked);
  checkAlerts(checked);
  checkRoutes(checked);
  checkMeasures(checked);
  return findings;
}

/** How many steps of a path name the entry: `sites/0/meters/3`, `sites/0/buildings/1`, `supplies/2`. */
function entryDepth(path: EstatePath): number {
  return (path[2] === 'meters' || path[2] === 'buildings') && path[3] !== undefined ? 4 : 2;
}
