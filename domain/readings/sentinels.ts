/**
 * Numbers that devices send when they do not know: an integer field with all bits set, read as if it were a register,
 * and displays full of nines. Energy Sparks lists 4,294,967.295, 2,147,483.647, 16,777.215, 8,590.017 and 34,364.271
 * kWh as seen in the field; payload collections show 99999.999 m³ and 9999999 from BCD registers.
 */

/** 2³²−1, 2³¹−1 and 2²⁴−1 counts, and two more that were seen (in thousandths). */
const fullFields = [4_294_967_295, 2_147_483_647, 16_777_215, 34_364_271, 8_590_017] as const;
/** Wh to kWh, litres to m³, tenths and hundredths of a display. */
const scales = [1, 10, 100, 1_000, 1_000_000] as const;
/** What is smaller than this is told from an honest reading by nobody. */
const smallest = 8_000;
/** A 32-bit float keeps 24 bits, so 2³²−1 may arrive as 2³². */
const floatStep = 2 ** -23;
/** All of them, each with what a float makes of it, in ascending order. */
const sentinels = fullFields
  .flatMap((field) => scales.map((scale) => field / scale))
  .filter((sentinel) => sentinel >= smallest)
  .sort((a, b) => a - b)
  .map((sentinel) => {
    const step = Math.max(sentinel * floatStep, 1e-9);
    return { low: sentinel - step, high: sentinel + step };
  });

/**
 * Whether a value looks like one of them. A register may pass through such a number honestly: the caller compares it
 * with its neighbours (`nearSentinel`) before it disbelieves the reading. `digits` is the width of the register, where
 * it is known.
 */
export function isSentinel(value: number, digits?: number): boolean {
  for (const { low, high } of sentinels) {
    if (value < low) break;
    if (value <= high) return true;
  }
  if (digits !== undefined && value < 10 ** digits - 1) return false;
  return value >= 99_999 && isNearPowerOfTen(value) && /^9{5,}(\.9+)?$/.test(String(value));
}

/** Whether it may be all nines, which few are: to write each as text and see would take longer than all else here. */
function isNearPowerOfTen(value: number): boolean {
  return 10 ** Math.ceil(Math.log10(value)) - value <= 1;
}

/** Whether a neighbouring value stands so close that a register may have passed through the number on its way. */
export function nearSentinel(neighbour: number, sentinel: number): boolean {
  return neighbour >= sentinel * 0.99 && neighbour <= sentinel * 1.01;
}
