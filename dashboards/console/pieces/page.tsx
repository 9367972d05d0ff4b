import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface PageShape {
  readonly title: string;
  /** What the page is for, in a sentence. */
  readonly says?: ComponentChildren;
  /** The way back, from the farthest to the nearest. */
  readonly crumbs?: readonly { readonly href: string; readonly text: string }[];
  /** Choices and links that concern the whole page. */
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}

let isFirst = true;

/** One page: its title is the window's, and what a screen reader hears first after a link was followed. */
export function Page({ title, says, crumbs = [], actions, children }: PageShape) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Meterhouse`;
  }, [title]);
  useEffect(() => {
    // A browser does this by itself for the page that it loads.
    if (!isFirst) {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst = false;
  }, []);
  return (
    <div class="page">
      {crumbs.length > 0 && (
        <nav class="crumbs" aria-label="Where this page is">
          <ol>
            {crumbs.map(({ href, text }) => (
              <li key={href}>
                <a href={href}>{text}</a>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div class="page-head">
        <div>
          <h1 tabIndex={-1} ref={heading}>
            {title}
          </h1>
          {says !== undefined && <p class="says">{says}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section(shape: {
  readonly title: string;
  readonly says?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}) {
  return (
    <section class="section">
      <div class="section-head">
        <div>
          <h2>{shape.title}</h2>
          {shape.says !== undefined && <p class="says">{shape.says}</p>}
        </div>
        {shape.actions !== undefined && <div class="actions">{shape.actions}</div>}
      </div>
      {shape.children}
    </section>
  );
}
