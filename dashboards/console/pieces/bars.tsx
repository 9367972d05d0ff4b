import { amount } from '../say.ts';
import type { ComponentChildren } from 'preact';

export interface Bar {
  readonly name: string;
  /** Null: not known, and drawn as such. */
  readonly value: number | null;
  readonly href?: string | undefined;
  readonly note?: ComponentChildren;
}

interface BarsShape {
  readonly title: string;
  readonly unit: string;
  readonly digits?: number;
  readonly rows: readonly Bar[];
}

/** Bars from the left, one a row, each with its number: a list that can be looked at and read. */
export function Bars({ title, unit, digits, rows }: BarsShape) {
  const longest = Math.max(0, ...rows.map(({ value }) => Math.abs(value ?? 0)));
  return (
    <figure class="bars">
      <figcaption>
        {title} <span class="quiet">({unit})</span>
      </figcaption>
      <ul>
        {rows.map(({ name, value, href, note }) => (
          <li key={name} class={value === null ? 'unknown' : undefined}>
            <span class="bar-name">{href === undefined ? name : <a href={href}>{name}</a>}</span>
            <span class="bar-track" aria-hidden="true">
              {value !== null && longest > 0 && (
                <span
                  class={value < 0 ? 'bar below' : 'bar'}
                  style={{ width: `${(Math.abs(value) / longest) * 100}%` }}
                />
              )}
            </span>
            <span class="bar-value">{amount(value, unit, digits)}</span>
            {note !== undefined && <span class="bar-note">{note}</span>}
          </li>
        ))}
      </ul>
    </figure>
  );
}
