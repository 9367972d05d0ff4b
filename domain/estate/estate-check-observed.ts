import { profileFault } from '../matching/profiles.ts';
import { observedFault } from '../observed/register.ts';
import { listed } from './estate.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked } from './estate-rules.ts';

/** What is observed outside is kept in a unit of its quantity, and fetched only where it is not heard. */
export function checkObserved(checked: Checked): void {
  for (const [i, series] of listed(checked, 'observed').entries()) {
    const fault = observedFault(series);
    if (!fault) continue;
    const { key, detail } = fault;
    checked.report({ rule: 'observed-keys', path: ['observed', i, key], found: String(series[key]), detail });
  }
  checkProfiles(checked);
}

/** A profile is of certificates or of a supply, and its series is one of energy. */
function checkProfiles(checked: Checked): void {
  const observed = new Map(listed(checked, 'observed').map((series) => [series.id, series]));
  const supplies = new Set(listed(checked, 'supplies').map(({ id }) => id));
  for (const [i, profile] of listed(checked, 'generation_profiles').entries()) {
    const path = ['generation_profiles', i];
    const fault = profileFault(profile);
    if (fault) {
      const found = profile[fault.key] ?? 'neither';
      checked.report({ rule: 'profile-keys', path: [...path, fault.key], found, detail: fault.detail });
    }
    if (profile.supply !== undefined) {
      checkReference(checked, 'profile-supply-exists', 'supply', profile.supply, supplies, [...path, 'supply']);
    }
    if (profile.series === undefined) continue;
    const at = [...path, 'series'];
    checkReference(checked, 'profile-series-exists', 'observed series', profile.series, new Set(observed.keys()), at);
    const series = observed.get(profile.series);
    if (!series || series.quantity === 'energy') continue;
    const detail = `what is generated is energy; ${series.id} is of ${series.quantity}`;
    checked.report({ rule: 'profile-series-energy', path: at, found: series.id, detail });
  }
}
