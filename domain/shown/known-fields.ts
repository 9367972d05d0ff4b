/** How figures stand in a series: a number, and beside it whether it says anything. */

/** A number with its unit last, and `_known` 0 where it is not known: a field of a series cannot be none. */
export function amount<Name extends string, Unit extends string>(
  name: Name,
  unit: Unit,
  value: number | undefined,
): Record<`${Name}_${Unit}` | `${Name}_known`, number> {
  const known = value !== undefined && Number.isFinite(value);
  const fields = { [`${name}_${unit}`]: known ? value : 0, [`${name}_known`]: Number(known) };
  return fields as Record<`${Name}_${Unit}` | `${Name}_known`, number>;
}

/** A number without a unit, and whether it says anything. */
export function counted<Name extends string>(
  name: Name,
  value: number | undefined,
): Record<Name | `${Name}_known`, number> {
  const known = value !== undefined && Number.isFinite(value);
  return { [name]: known ? value : 0, [`${name}_known`]: Number(known) } as Record<Name | `${Name}_known`, number>;
}

/** A share from 0 to 1; the last digits of doubles do not take it out of there. */
export function share<Name extends string>(
  name: Name,
  value: number | undefined,
): Record<`${Name}_share` | `${Name}_share_known`, number> {
  const known = value !== undefined && Number.isFinite(value);
  const fields = {
    [`${name}_share`]: known ? Math.min(1, Math.max(0, value)) : 0,
    [`${name}_share_known`]: Number(known),
  };
  return fields as Record<`${Name}_share` | `${Name}_share_known`, number>;
}
