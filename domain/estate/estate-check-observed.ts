import { listed } from './estate.ts';
import { observedFault } from '../observed/register.ts';
import type { Checked } from './estate-rules.ts';

/** What is observed outside is kept in a unit of its quantity, and fetched only where it is not heard. */
export function checkObserved(checked: Checked): void {
  for (const [i, series] of listed(checked, 'observed').entries()) {
    const fault = observedFault(series);
    if (!fault) continue;
    const { key, detail } = fault;
    checked.report({ rule: 'observed-keys', path: ['observed', i, key], found: String(series[key]), detail });
  }
}
