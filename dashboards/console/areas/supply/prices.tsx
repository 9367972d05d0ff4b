import type { ComponentChildren } from 'preact';
import { roleWords, useCaller } from '../../caller.ts';
import { Empty } from '../../pieces/states.tsx';

/** Draws what tells a price for those who may see prices; says to others why it is not here. */
export function ForPrices({ children }: { children: ComponentChildren }) {
  const caller = useCaller();
  if (caller.reaches('procurement')) return <>{children}</>;
  return (
    <Empty
      says={
        <>
          What energy costs, contracts, offers and bills are shown to keys that may work with prices (
          <code>procurement</code>). This key may {roleWords[caller.role]}, so nothing of a price is here.
        </>
      }
      next={
        <>
          You may see <a href="/supply/cover">how much of the supply is renewable</a> and{' '}
          <a href="/figures">what is used and emitted</a>. Whoever makes keys can make one of that role.
        </>
      }
    />
  );
}

const places = [
  { href: '/supply', text: 'Costs and contracts' },
  { href: '/supply/offers', text: 'Compare offers' },
  { href: '/supply/cover', text: 'Renewable supply' },
] as const;

/** The pages about supply, from each other. */
export function SupplyLinks({ here }: { here?: (typeof places)[number]['href'] }) {
  return (
    <nav aria-label="Pages about supply" class="pages-of-area">
      <ul>
        {places.map(({ href, text }) => (
          <li key={href}>
            <a href={href} aria-current={href === here ? 'page' : undefined}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
