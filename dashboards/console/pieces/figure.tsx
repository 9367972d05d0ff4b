import type { ComponentChildren } from 'preact';
import { amount, percent } from '../say.ts';
import { Mark } from './mark.tsx';
import { wholeShare } from './states.tsx';

interface FigureShape {
  readonly label: string;
  /** Null: not known, and `note` says why. */
  readonly value: number | null | undefined;
  readonly unit: string;
  readonly digits?: number;
  /** Share of 1 that was measured; undefined where that is no question. */
  readonly share?: number | null | undefined;
  /** May still change: the period is not over or not signed. */
  readonly provisional?: boolean;
  /** What it is against, since when, why it is not known. */
  readonly note?: ComponentChildren;
  /** Where more of it is. */
  readonly href?: string;
  /** Where its chain is told. */
  readonly explain?: string | undefined;
}

/** One figure with its unit. Where a part of it was not measured it says so beside the number. */
export function Figure({ label, value, unit, digits, share, provisional, note, href, explain }: FigureShape) {
  const isKnown = value !== null && value !== undefined;
  return (
    <div class={isKnown ? 'figure' : 'figure unknown'}>
      <div class="figure-label">{href === undefined ? label : <a href={href}>{label}</a>}</div>
      <div class="figure-value">{amount(value, unit, digits)}</div>
      {isKnown && share !== undefined && <Share share={share} />}
      {isKnown && provisional && <Mark kind="info">provisional</Mark>}
      {note !== undefined && <div class="figure-note">{note}</div>}
      {explain !== undefined && (
        <a class="explain" href={explain}>
          Explain<span class="hidden"> {label}</span>
        </a>
      )}
    </div>
  );
}

/** How much was measured, as a bar and in words; nothing is drawn where all of it was. */
export function Share({ share }: { share: number | null }) {
  if (share === null) return <Mark kind="unknown">measured share not known</Mark>;
  if (share >= wholeShare) return <Mark kind="good">all measured</Mark>;
  return (
    <div class="share">
      <span class="share-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(0, share) * 100}%` }} />
      </span>
      <Mark kind="warn">{percent(share)} measured</Mark>
    </div>
  );
}

/** Figures beside each other. */
export function Figures({ children }: { children: ComponentChildren }) {
  return <div class="figures">{children}</div>;
}
