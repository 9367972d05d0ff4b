import { overlaps } from '../tariffs/charges.ts';
import { checkValidity } from './estate-check-dates.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked, EstatePath } from './estate-rules.ts';
import { listed, type RegisterLists } from './estate.ts';

type Budget = RegisterLists['budgets'][number];

/** A budget is of a supply point or of a site, in its utility and unit; of one and the same there is one a day. */
export function checkBudgets(checked: Checked): void {
  const budgets = listed(checked, 'budgets');
  for (const [i, budget] of budgets.entries()) {
    const path: EstatePath = ['budgets', i];
    checkValidity(checked, budget, path);
    checkPlace(checked, budget, path);
    const wrong = budget.utility === 'water' ? 'use_kwh' : 'use_m3';
    if (budget[wrong] !== undefined) {
      const detail = `use of ${budget.utility} is in another unit`;
      const expected = budget.utility === 'water' ? 'use_m3' : 'use_kwh';
      checked.report({ rule: 'budget-use', path: [...path, wrong], found: wrong, expected, detail });
    }
    const other = budgets
      .slice(0, i)
      .find(
        (one) =>
          one.supply_point === budget.supply_point &&
          one.site === budget.site &&
          one.utility === budget.utility &&
          overlaps(one, budget),
      );
    if (!other) continue;
    const detail = `${other.id} is of the same on some of its days`;
    checked.report({ rule: 'one-value-a-day', path: [...path, 'valid_from'], found: budget.valid_from, detail });
  }
}

function checkPlace(checked: Checked, { supply_point: id, site, utility }: Budget, path: EstatePath): void {
  if ((id === undefined) === (site === undefined)) {
    const found = id === undefined ? 'neither' : 'both';
    const detail = 'a budget is of one of the two';
    checked.report({ rule: 'budget-place', path, found, expected: 'supply_point or site', detail });
    return;
  }
  if (site !== undefined) {
    const sites = new Set(checked.sites.map((one) => one.id));
    checkReference(checked, 'budget-place-exists', 'site', site, sites, [...path, 'site']);
    return;
  }
  const points = listed(checked, 'supply_points');
  const at = [...path, 'supply_point'];
  checkReference(checked, 'budget-place-exists', 'supply point', id ?? '', new Set(points.map((one) => one.id)), at);
  const point = points.find((one) => one.id === id);
  if (!point || point.utility === utility) return;
  const found = `${point.id} of ${point.utility}`;
  checked.report({ rule: 'budget-place', path: at, found, detail: `the budget is of ${utility}` });
}
