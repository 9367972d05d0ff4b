/**
 * Chance that can be asked again: every number follows from a seed and an index, never from the order of asking.
 */

/** A 32-bit seed of a text (FNV-1a), mixed with another seed. */
export function seedOf(seed: number, text: string): number {
  let hash = 0x811c9dc5 ^ (seed >>> 0);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return scramble(hash);
}

/** An even number in [0, 1) for an index. */
export function chanceAt(seed: number, index: number): number {
  return scramble((seed + Math.imul(index, 0x9e3779b1)) | 0) / 4_294_967_296;
}

/** About normal with mean 0 and deviation 1: three even numbers summed. */
export function deviationAt(seed: number, index: number): number {
  const sum = chanceAt(seed, 3 * index) + chanceAt(seed, 3 * index + 1) + chanceAt(seed, 3 * index + 2);
  return (sum - 1.5) * 2;
}

/** Deviations that glide from one whole index to the next, for what changes over days and not at midnight. */
export function glidingAt(seed: number, position: number): number {
  const index = Math.floor(position);
  const part = position - index;
  return deviationAt(seed, index) * (1 - part) + deviationAt(seed, index + 1) * part;
}

// The finishing steps of MurmurHash3: every bit of the input moves every bit of the output.
function scramble(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
