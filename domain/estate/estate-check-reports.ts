import { listed, type RegisterLists } from './estate.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked, EstatePath } from './estate-rules.ts';
import { addDays } from '../time.ts';

type Baseline = RegisterLists['baselines'][number];
type Target = RegisterLists['targets'][number];

/** Baselines are of a year and of sites that are each in them once; targets stand on a baseline of the same kind. */
export function checkReports(checked: Checked): void {
  const organisations = new Set(checked.organisations.map(({ id }) => id));
  const baselines = listed(checked, 'baselines');
  for (const [i, baseline] of baselines.entries()) {
    const path: EstatePath = ['baselines', i];
    checkReference(checked, 'organisation-exists', 'organisation', baseline.organisation, organisations, [
      ...path,
      'organisation',
    ]);
    checkYear(checked, baseline, path);
    checkSites(checked, baseline, path);
  }
  for (const [i, target] of listed(checked, 'targets').entries()) {
    const path: EstatePath = ['targets', i];
    checkReference(checked, 'organisation-exists', 'organisation', target.organisation, organisations, [
      ...path,
      'organisation',
    ]);
    checkTarget(checked, target, baselines, path);
  }
}

function checkYear(checked: Checked, { from, to }: Baseline, path: EstatePath): void {
  const expected = addDays(`${Number(from.slice(0, 4)) + 1}${from.slice(4)}`, -1);
  if (to === expected) return;
  const detail = 'a whole year is set against others';
  checked.report({ rule: 'baseline-year', path: [...path, 'to'], found: to, expected, detail });
}

/** A site that left may be gone from the register; one that joined may not. */
function checkSites(checked: Checked, { sites, joined }: Baseline, path: EstatePath): void {
  const known = new Set(checked.sites.map(({ id }) => id));
  const seen = new Set<string>();
  const all = [
    ...sites.map(({ site }, i) => ({ site, at: [...path, 'sites', i, 'site'] })),
    ...joined.map(({ site }, i) => ({ site, at: [...path, 'joined', i, 'site'] })),
  ];
  for (const { site, at } of all) {
    if (seen.has(site)) {
      const detail = 'the site is in the baseline already';
      checked.report({ rule: 'baseline-site-once', path: at, found: site, detail });
    }
    seen.add(site);
    if (known.has(site) || checked.brokenIds.has(site) || !checked.complete) continue;
    const detail = 'the register has no such site, which is taken to have left the organisation';
    checked.report({ rule: 'baseline-site-exists', path: at, found: site, detail });
  }
}

function checkTarget(checked: Checked, target: Target, baselines: readonly Baseline[], path: EstatePath): void {
  const { baseline: id, organisation, boundary, milestones } = target;
  checkReference(checked, 'target-baseline-exists', 'baseline', id, new Set(baselines.map((one) => one.id)), [
    ...path,
    'baseline',
  ]);
  const baseline = baselines.find((one) => one.id === id);
  if (baseline && (baseline.organisation !== organisation || baseline.boundary !== boundary)) {
    const found = `${baseline.organisation}, ${baseline.boundary}`;
    const expected = `${organisation}, ${boundary}`;
    const detail = 'a target and its baseline are of one organisation and one boundary';
    checked.report({ rule: 'target-fits-baseline', path: [...path, 'baseline'], found, expected, detail });
  }
  for (const [i, { earliest, latest, reduction }] of milestones.entries()) {
    const before = milestones[i - 1];
    if (earliest <= latest && (!before || (before.latest < earliest && before.reduction < reduction))) continue;
    const found = `${reduction} from ${earliest} to ${latest}`;
    const detail = 'each milestone is later than the one before it, and asks for more';
    checked.report({ rule: 'milestones-in-order', path: [...path, 'milestones', i], found, detail });
  }
}
