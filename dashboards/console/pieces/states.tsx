import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Asked, Refused } from '../ask.ts';
import { now } from '../clock.ts';
import { percent, time } from '../say.ts';
import { Mark } from './mark.tsx';

/** What a page shows while it does not know, knows in part, knows something old, or was refused. */

/** Draws what is known; before that, or instead, says what is the matter. */
export function Loaded<T>(shape: {
  readonly asked: Asked<T>;
  /** What is waited for: `Reading the alerts`. */
  readonly waiting?: string;
  readonly children: (data: T) => ComponentChildren;
}) {
  const { asked, waiting, children } = shape;
  if (asked.state === 'loading') return <Waiting for={waiting} since={asked.since} />;
  if (asked.state === 'failed') return <Failed refused={asked.refused} retry={asked.retry} />;
  return (
    <>
      {asked.stale && <Stale at={asked.at} refused={asked.stale} retry={asked.retry} />}
      {children(asked.data)}
    </>
  );
}

const patienceSeconds = 2;

/** Blocks where figures will stand; past two seconds also how long it takes. */
export function Waiting({ for: what = 'Asking the house', since }: { for?: string | undefined; since: number }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((now() - since) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <div class="waiting" role="status" data-state="loading">
      <p>
        {what} … {/* Seen, and not spoken every second. */}
        <span aria-hidden="true">{seconds < patienceSeconds ? '' : `${seconds} seconds so far`}</span>
      </p>
      <div class="blocks" aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
    </div>
  );
}

/** What was refused or failed, why, how to mend it, and the way to ask anew. */
export function Failed({ refused, retry }: { refused: Refused; retry?: (() => void) | undefined }) {
  return (
    <div class="notice bad" role="alert" data-state="failed">
      <p class="notice-title">
        <Mark kind="bad">{refused.status === 403 ? 'Not for this key' : 'This could not be shown'}</Mark>
      </p>
      <Problems refused={refused} />
      {retry && (
        <button type="button" onClick={retry}>
          Ask again
        </button>
      )}
    </div>
  );
}

/** The problems of an answer: what, where, found, expected, how to mend. */
export function Problems({ refused }: { refused: Refused }) {
  if (refused.problems.length === 0) return <p>{refused.message}</p>;
  return (
    <ul class="problems">
      {refused.problems.map(({ code, says, where, found, expected, detail, mend }) => (
        <li key={`${code} ${where} ${found}`}>
          <strong>{sentence(says)}</strong>
          {where !== undefined && <> At {where}.</>}
          {found !== undefined && <> Found: {found}.</>}
          {expected !== undefined && <> Expected: {expected}.</>}
          {detail !== undefined && <> {sentence(detail)}</>}
          {mend !== undefined && <div>To mend it: {mend}.</div>}
          <div class="quiet">
            <code>{code}</code>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Words of the catalogue begin small and have no stop, as they stand within a sentence there. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** What is shown is old, since when and why. */
export function Stale({ at, refused, retry }: { at: number; refused: Refused; retry?: () => void }) {
  return (
    <div class="notice warn" role="status" data-state="stale">
      <p>
        <Mark kind="warn">Not renewed since {time(at / 1000)}</Mark> {refused.message}{' '}
        {retry && (
          <button type="button" class="small" onClick={retry}>
            Ask again
          </button>
        )}
      </p>
    </div>
  );
}

/** Nothing to show, and what to do next. */
export function Empty({ says, next }: { says: ComponentChildren; next?: ComponentChildren }) {
  return (
    <div class="empty" data-state="empty">
      <p>{says}</p>
      {next !== undefined && <p>{next}</p>}
    </div>
  );
}

/** From here on all was measured, but for what rounding hides. */
export const wholeShare = 0.9995;

/** What is below stands on only a share of what was to be measured, or on a part of the period. */
export function Partial({ share, says }: { share: number | null; says?: ComponentChildren }) {
  const told =
    share === null
      ? 'Not known how much was measured'
      : share >= wholeShare
        ? 'Not the whole'
        : `Only ${percent(share)} was measured`;
  return (
    <div class="notice warn" data-state="partial">
      <p>
        <Mark kind="warn">{told}</Mark> {says ?? 'The rest is estimated or missing: read these figures as incomplete.'}
      </p>
    </div>
  );
}
