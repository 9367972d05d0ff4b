import { time } from '../../say.ts';

/** A unit as people write it: the API writes m3 and m3/h. */
export function sayUnit(unit: string): string {
  return unit.replace('m3', 'm³').replace('m2', 'm²').replace('CO2e', 'CO₂e');
}

/** A number to its last digit that tells something, without noughts behind it. */
export function exactly(value: number | null, most: number): string {
  return value === null ? 'not known' : value.toLocaleString('en-GB', { maximumFractionDigits: most });
}

/**
 * A sentence of the house: it begins small there, as it may stand within another, and names instants as machines do.
 */
export function sentence(says: string): string {
  const text = says.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z/g, (instant) => time(instant));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const technologyWords: Readonly<Record<string, string>> = {
  chp: 'CHP',
  solar: 'Solar',
  standby_diesel: 'Standby diesel',
};

/** What a meter is for: its technology says more than its role. */
export function roleOf({ role, technology }: { readonly role: string; readonly technology: string | null }): string {
  const name = technology ?? role;
  return technologyWords[name] ?? sentence(name.replaceAll('_', ' '));
}
