/**
 * When a condition held, from how strongly each step of a window shows it. A step is a half-hour, a night or a day. It
 * takes several steps to begin (on-delay) and several to end (off-delay), and less to go on than to begin (hysteresis),
 * so that a value at the edge is one span and not twenty.
 */
export interface SpanRule {
  /** A step at or above this counts towards the beginning. */
  readonly raise: number;
  /** A step below this counts towards the end. At most `raise`. */
  readonly clear: number;
  /** The condition begins when so many of the last so many known steps showed it. */
  readonly needs: number;
  readonly of: number;
  /** It ends when so many known steps in a row did not show it any more. */
  readonly quiet: number;
}

export interface Span {
  /** The first step that showed it, and the one after the last that did. */
  readonly first: number;
  readonly end: number;
  /** The step at whose end there was enough to say so. */
  readonly raised: number;
  /** Nothing up to the end of the window says that it is over. */
  readonly open: boolean;
}

/** The spans of a column of scores. NaN is not known, and neither begins nor ends anything. */
export function spansOf(scores: Float64Array, { raise, clear, needs, of, quiet }: SpanRule): Span[] {
  const spans: Span[] = [];
  // The last `of` known steps, and whether each showed the condition.
  let recent: { readonly at: number; readonly shows: boolean }[] = [];
  let showing = 0;
  let now: { first: number; last: number; raised: number } | undefined;
  let calm = 0;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] as number;
    if (Number.isNaN(score)) continue;
    if (!now) {
      const shows = score >= raise;
      if (!shows && recent.length === 0) continue;
      recent.push({ at, shows });
      if (shows) showing++;
      if (recent.length > of && recent.shift()?.shows) showing--;
      if (showing === 0) recent = [];
      if (!shows || showing < needs) continue;
      now = { first: recent.find((one) => one.shows)?.at ?? at, last: at, raised: at };
      recent = [];
      showing = 0;
      calm = 0;
    } else if (score >= clear) {
      now.last = at;
      calm = 0;
    } else {
      calm++;
      if (calm < quiet) continue;
      spans.push({ first: now.first, end: now.last + 1, raised: now.raised, open: false });
      now = undefined;
    }
  }
  if (now) spans.push({ first: now.first, end: now.last + 1, raised: now.raised, open: true });
  return spans;
}
