import { useState } from 'preact/hooks';
import { act, ask, Refused } from '../ask.ts';
import { roleWords, useCaller } from '../caller.ts';
import { Page, Section } from '../pieces/page.tsx';
import { Problems } from '../pieces/states.tsx';
import { usePlace } from '../place.ts';
import { time } from '../say.ts';

/** Signing in with a key; for who is signed in, who that is, and the way out. */
export function SignInPage() {
  const caller = useCaller();
  return caller.name === '' ? <SignIn /> : <WhoIAm />;
}

function SignIn() {
  const { query } = usePlace();
  const [state, setState] = useState<'open' | 'sending' | Refused>('open');
  const signIn = async (key: string): Promise<void> => {
    setState('sending');
    try {
      await act('POST /v1/sessions', { body: { key } });
      await stays();
      location.assign(wayBack(query.get('to')));
    } catch (error) {
      setState(error instanceof Refused ? error : new Refused(0, []));
    }
  };
  return (
    <Page title="Sign in" says="With your own key: what is done is written down under its name.">
      <form
        class="act"
        onSubmit={(event) => {
          event.preventDefault();
          const key = new FormData(event.currentTarget).get('key');
          if (state !== 'sending' && typeof key === 'string') void signIn(key.trim());
        }}
      >
        <div class="field">
          <label for="key">Key</label>
          <input
            id="key"
            name="key"
            type="password"
            autocomplete="current-password"
            required
            aria-describedby="key-hint"
            aria-invalid={state instanceof Refused && state.status === 401}
          />
          <div class="hint" id="key-hint">
            It begins with mh_. An administrator makes one for each person:{' '}
            <code>npx meterhouse key make "Your name"</code>.
          </div>
        </div>
        <button type="submit" class="main" aria-disabled={state === 'sending'}>
          {state === 'sending' ? 'Signing in …' : 'Sign in'}
        </button>
        {state instanceof Refused && (
          <div role="alert" class="notice bad" data-state="failed">
            {state.status === 401 ? <p>{notKnown}</p> : <Problems refused={state} />}
          </div>
        )}
      </form>
    </Page>
  );
}

const notKnown = 'This is not a key of this house, or it was revoked. Look whether it is whole, from mh_ to its end.';

/** A browser drops the cookie of a house behind TLS when the page came without it. */
async function stays(): Promise<void> {
  try {
    await ask('/v1/caller');
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    const says = 'The key is good, and this browser did not keep the sign-in.';
    const mend = 'open the console at its public address, which begins with https://';
    throw new Refused(0, [{ code: 'console.not-kept', says, mend }]);
  }
}

/** A page of this house, wherever the address was made up. A path that begins with `//` would name another house. */
function wayBack(to: string | null): string {
  const wanted = URL.parse(to ?? '/', location.origin);
  if (wanted?.origin !== location.origin || wanted.pathname.startsWith('//')) return '/';
  return `${wanted.pathname}${wanted.search}`;
}

function WhoIAm() {
  const caller = useCaller();
  const { organisations, sites, session } = caller;
  const limits = [...organisations, ...sites];
  return (
    <Page title="Who I am" says="Here all that a key may do is told; an administrator changes it by another key.">
      <Section title={caller.name}>
        <dl class="facts">
          <dt>May</dt>
          <dd>{roleWords[caller.role]}</dd>
          <dt>Sees</dt>
          <dd>{limits.length === 0 ? 'the whole estate' : limits.join(', ')}</dd>
          <dt>Signed in</dt>
          <dd>
            {caller.auth === 'off'
              ? 'not needed: only this machine reaches the house'
              : session === null
                ? 'by a key of its own'
                : `until ${time(session.ends)}, or twelve hours without use`}
          </dd>
          <dt>House</dt>
          <dd>Meterhouse {caller.version}</dd>
        </dl>
        {session !== null && <SignOut />}
      </Section>
    </Page>
  );
}

function SignOut() {
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const out = async (): Promise<void> => {
    try {
      await act('DELETE /v1/sessions');
      location.assign('/sign-in');
    } catch (error) {
      setRefused(error instanceof Refused ? error : new Refused(0, []));
    }
  };
  return (
    <>
      <button type="button" class="main" onClick={() => void out()}>
        Sign out
      </button>
      {refused && (
        <div role="alert" class="notice bad" data-state="failed">
          <Problems refused={refused} />
        </div>
      )}
    </>
  );
}
