import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { type Asked, type Refused, useAsked, useDoubts } from './ask.ts';
import { CallerContext, callerOf, roleWords, useCaller } from './caller.ts';
import { loaded, type PageComponent } from './loaded.ts';
import { useLiveState } from './live.ts';
import { areas, pageAt, type PageName, pages, type Params } from './pages.ts';
import { Mark } from './pieces/mark.tsx';
import { Page } from './pieces/page.tsx';
import { Empty, Failed, Waiting } from './pieces/states.tsx';
import { go, hrefOf, usePlace } from './place.ts';
import { time } from './say.ts';
import { now } from './clock.ts';

/** The frame around every page: who looks, which page, whether the house is heard. */
export function App() {
  const { path, query } = usePlace();
  const at = pageAt(path) ?? { name: 'notFound' as const, params: {} };
  useFollowedLinks();
  const asked = useAsked('/v1/caller', { again: useDoubts() });
  const isStranger = refusalOf(asked)?.status === 401;
  const signIn = '/sign-in';
  useEffect(() => {
    if (isStranger && path !== signIn) go(hrefOf(signIn, { to: query.size === 0 ? path : `${path}?${query}` }));
  }, [isStranger, path]);
  if (asked.state === 'failed' && !isStranger) {
    return (
      <main>
        <h1>Meterhouse</h1>
        <Failed refused={asked.refused} retry={asked.retry} />
      </main>
    );
  }
  if (asked.state === 'loading') return <main />;
  const page = <ShownPage key={path} name={at.name} params={at.params} />;
  if (isStranger || asked.state === 'failed') return <main id="main">{path === signIn && page}</main>;
  return (
    <CallerContext.Provider value={callerOf(asked.data)}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Head name={at.name} />
      <main id="main" tabIndex={-1}>
        <IfMay name={at.name}>{page}</IfMay>
      </main>
      <Foot />
    </CallerContext.Provider>
  );
}

function refusalOf(asked: Asked<unknown>): Refused | undefined {
  if (asked.state === 'failed') return asked.refused;
  return asked.state === 'known' ? asked.stale : undefined;
}

/** Links within the house change the page without loading it anew; all others are the browser's. */
function useFollowedLinks(): void {
  useEffect(() => {
    const followed = (event: MouseEvent): void => {
      const link = (event.target as Element | null)?.closest('a');
      const isOurs = link && link.origin === location.origin && !link.hasAttribute('download') && link.target === '';
      if (!isOurs || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
        return;
      if (link.hash !== '' || !pageAt(link.pathname)) return;
      event.preventDefault();
      go(link.pathname + link.search);
    };
    document.addEventListener('click', followed);
    return () => document.removeEventListener('click', followed);
  }, []);
}

/** The page, for a key that may open it; others are told whom to ask. */
function IfMay({ name, children }: { name: PageName; children: ComponentChildren }) {
  const caller = useCaller();
  const { role, title } = pages[name];
  if (caller.reaches(role)) return <>{children}</>;
  return (
    <Page title={title}>
      <Empty
        says={`This page is for keys that may ${roleWords[role]}. This one may ${roleWords[caller.role]}.`}
        next="Ask an administrator for a key of your own with that role."
      />
    </Page>
  );
}

type Fetched = { readonly page: PageComponent } | { readonly failed: true } | undefined;

/** The page, once what draws it is here. */
function ShownPage({ name, params }: { name: PageName; params: Params }) {
  const [fetched, setFetched] = useState<Fetched>(undefined);
  const [since] = useState(now);
  useEffect(() => {
    let isGone = false;
    loaded[name]().then(
      (page) => isGone || setFetched({ page }),
      () => isGone || setFetched({ failed: true }),
    );
    return () => {
      isGone = true;
    };
  }, [name]);
  const [fault] = useErrorBoundary();
  if (fault !== undefined) return <Broken says={`The page could not be drawn: ${String(fault)}.`} />;
  if (!fetched) return <Waiting for="Opening the page" since={since} />;
  if ('page' in fetched) return <fetched.page params={params} />;
  return <Broken says="The page could not be fetched: the house may have been renewed meanwhile." />;
}

/** Our own fault, or a page that is older than the house. */
function Broken({ says }: { says: string }) {
  return (
    <div class="notice bad" role="alert" data-state="failed">
      <h1>This page is broken</h1>
      <p>
        <Mark kind="bad">{says}</Mark>
      </p>
      <button type="button" onClick={() => location.reload()}>
        Load it anew
      </button>
    </div>
  );
}

function Head({ name }: { name: PageName }) {
  const caller = useCaller();
  return (
    <header class="head">
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="24" height="24" />
        Meterhouse
      </a>
      <nav aria-label="Parts of the house">
        <ul>
          {Object.entries(areas).map(([area, { title, href }]) => (
            <li key={area}>
              <a href={href} aria-current={pages[name].area === area ? 'true' : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="who">
        <Heard />
        {caller.auth === 'keys' && (
          <a href="/sign-in" title={`May ${roleWords[caller.role]}`}>
            {caller.name}
          </a>
        )}
      </div>
    </header>
  );
}

/** Whether what is live comes in. */
function Heard() {
  const { state, since } = useLiveState();
  if (state === 'open') return <Mark kind="good">live</Mark>;
  if (state === 'opening') return <Mark kind="unknown">listening</Mark>;
  return <Mark kind="bad">nothing heard since {time(Math.floor(since / 1000))}</Mark>;
}

function Foot() {
  const { version } = useCaller();
  return (
    <footer class="foot">
      <p>
        Meterhouse {version}. Times are those of London. <a href="/docs">The API</a> answers all that is shown here.
      </p>
    </footer>
  );
}
