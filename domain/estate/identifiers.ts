/**
 * Identifiers of British supply points, with their check digits.
 */

const mpanWeights = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43] as const;

/** The check digit of an MPAN core's first twelve digits: weighted by primes (11 skipped), modulo 11, modulo 10. */
export function mpanCheckDigit(first12: string): number {
  return (mpanWeights.reduce((sum, weight, i) => sum + weight * Number(first12[i]), 0) % 11) % 10;
}

/** Whether a 13-digit MPAN core, or the last 13 of a 21-character full MPAN, carries the right check digit. */
export function isMpan(text: string): boolean {
  const digits = text.replaceAll(' ', '');
  const core = /^[0-9]{5}[0-9A-Z]{3}[0-9]{13}$/i.test(digits) ? digits.slice(-13) : digits;
  return /^[0-9]{13}$/.test(core) && mpanCheckDigit(core.slice(0, 12)) === Number(core[12]);
}

/** Whether a gas MPRN (6 to 10 digits) carries the right two check digits: Σ digit × (n − i), modulo 11. */
export function isMprn(text: string): boolean {
  if (!/^[0-9]{6,10}$/.test(text)) return false;
  const body = text.slice(0, -2);
  const sum = Array.from(body).reduce((total, digit, i) => total + Number(digit) * (body.length - i), 0);
  return sum % 11 === Number(text.slice(-2));
}

/** The profile class of a full MPAN of 21 characters, `00` for half-hourly; undefined of a core alone. */
export function profileClassOf(mpan: string): string | undefined {
  const text = mpan.replaceAll(' ', '');
  return /^[0-9]{5}[0-9A-Z]{3}[0-9]{13}$/i.test(text) ? text.slice(0, 2) : undefined;
}
