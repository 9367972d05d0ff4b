import type { ComponentChildren } from 'preact';

export type MarkKind = 'good' | 'warn' | 'bad' | 'info' | 'unknown';

/** A shape for each kind, so that none is told by its colour alone. */
const shapes: Readonly<Record<MarkKind, string>> = {
  good: 'M3 8.5l3.2 3.2L13 5',
  warn: 'M8 2.5L14.5 13.5h-13z M8 6.5v3 M8 11.6v.2',
  bad: 'M4 4l8 8 M12 4l-8 8',
  info: 'M8 7v5 M8 4.2v.2',
  unknown: 'M5.6 5.8a2.4 2.4 0 1 1 3.5 2.2c-.8.5-1.1.9-1.1 1.7 M8 12.2v.2',
};

/** A word about a state, with its shape. */
export function Mark({ kind, children }: { kind: MarkKind; children: ComponentChildren }) {
  return (
    <span class={`mark ${kind}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={shapes[kind]} />
      </svg>
      <span>{children}</span>
    </span>
  );
}
