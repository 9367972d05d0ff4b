import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { addDays, londonDate } from '../../place.ts';
import { amount, count, number, time } from '../../say.ts';
import { explainHref, figureWords } from './figure-asked.ts';
import { figureSaid, periodSaid, placeSaid, type SignOff } from './sign-offs-page.tsx';

type Difference = Answers['/v1/sign-offs/:sign_off/difference'];
type Part = Difference['parts'][number];

/** One signed figure: what was signed, whether it is as it was, and what it would be now. */
export function SignOffPage({ params }: { params: Readonly<Record<string, string>> }) {
  const question = { params: { sign_off: params['sign_off'] ?? '' } };
  const asked = useAsked('/v1/sign-offs/:sign_off', question);
  const difference = useAsked('/v1/sign-offs/:sign_off/difference', question);
  const title =
    asked.state === 'known'
      ? `${figureSaid(asked.data.sign_off)} of ${placeSaid(asked.data.sign_off)}`
      : `Sign-off ${params['sign_off']}`;
  return (
    <Page
      title={title}
      crumbs={[
        { href: '/figures', text: 'Figures to report' },
        { href: '/figures/sign-offs', text: 'Signed-off figures' },
      ]}
    >
      <Loaded asked={asked} waiting="Reading what was signed">
        {({ sign_off, intact }) => <Signed signed={sign_off} intact={intact} />}
      </Loaded>
      <Section title="What changed since" says="The same figure as it would be now, and what lies between, by cause.">
        <Loaded asked={difference} waiting="Reckoning the figure anew">
          {(data) => <Changed difference={data} />}
        </Loaded>
      </Section>
    </Page>
  );
}

function Signed({ signed, intact }: { signed: SignOff; intact: boolean }) {
  const { unit } = figureWords[signed.figure];
  return (
    <>
      <Figures>
        <Figure
          label={`Signed for ${periodSaid(signed)}`}
          value={signed.value}
          unit={unit}
          note={`${time(signed.at)} by ${signed.who}: ${signed.reason}`}
          explain={explainHref(askedOf(signed))}
        />
      </Figures>
      <p>
        {intact ? (
          <Mark kind="good">kept as it was signed: its digest is the same</Mark>
        ) : (
          <Mark kind="bad">what is kept is not what was signed: its digest differs. Restore the state file.</Mark>
        )}
      </p>
      <dl class="facts">
        <dt>Made from</dt>
        <dd>
          {count(signed.sites.length, 'site')}, {count(signed.meters.length, 'meter')}
        </dd>
        <dt>By</dt>
        <dd>
          version {signed.register_version} of the register, {signed.factors_version} of the factors, Meterhouse{' '}
          {signed.code_version}
        </dd>
        <dt>Digest</dt>
        <dd>
          <code>{signed.digest}</code>
        </dd>
      </dl>
      {signed.accepted.length > 0 && (
        <Table
          caption="Doubts that a person took upon themselves"
          rows={signed.accepted}
          rowKey={({ doubt }) => doubt}
          columns={[
            { heading: 'Doubt', head: true, cell: ({ doubt }) => doubt },
            { heading: 'Accepted by', cell: ({ by }) => by },
            { heading: 'Why', cell: ({ reason }) => reason },
          ]}
        />
      )}
    </>
  );
}

/** The signed figure as the API asks for it now. */
function askedOf({ figure, place, period }: SignOff) {
  const last = londonDate(Date.parse(period.to) - 1);
  const at = place.kind === 'estate' ? {} : { [place.kind]: place.id };
  return { figure, ...at, from: londonDate(Date.parse(period.from)), to: addDays(last, 1) };
}

function Changed({ difference }: { difference: Difference }) {
  const { unit } = figureWords[difference.sign_off.figure];
  const isSame = difference.difference === 0 && difference.parts.length === 0;
  return (
    <>
      <Figures>
        <Figure label="Signed" value={difference.sign_off.value} unit={unit} />
        <Figure label="Now" value={difference.now} unit={unit} />
        <Figure label="Now less signed" value={difference.difference} unit={unit} />
      </Figures>
      {isSame ? (
        <p>
          <Mark kind="good">nothing that it was made from has changed</Mark>
        </p>
      ) : (
        <Parts parts={difference.parts} unit={unit} />
      )}
    </>
  );
}

function Parts({ parts, unit }: { parts: readonly Part[]; unit: string }) {
  return (
    <Table
      caption="What changed, by cause; the parts add up to the difference"
      rows={parts}
      rowKey={(part) => `${part.causes.join()} ${part.meter} ${part.at} ${part.says}`}
      empty="The figure is another, and no part of it is known."
      columns={[
        {
          heading: 'Cause',
          head: true,
          cell: (part) => (
            <>
              {part.says}
              {part.what.map((what) => (
                <div key={what} class="quiet">
                  {what}
                </div>
              ))}
            </>
          ),
        },
        { heading: 'Part', number: true, cell: ({ value }) => amount(value, unit), sort: ({ value }) => value },
        {
          heading: 'Meter',
          cell: ({ meter }) => (meter === null ? '' : <a href={`/meters/${meter}`}>{meter}</a>),
        },
        { heading: 'When', cell: ({ at }) => (at === null ? '' : time(at)), sort: ({ at }) => at },
        { heading: 'Days', cell: (part) => <Days part={part} /> },
      ]}
    />
  );
}

function Days({ part }: { part: Part }) {
  if (part.changed_days === 0) return null;
  return (
    <details>
      <summary>{count(part.changed_days, 'day')}</summary>
      <ul>
        {part.days.map((one) => (
          <li key={one.date}>
            {one.date}: {number(one.before_kwh ?? one.before_m3)} → {number(one.after_kwh ?? one.after_m3)}{' '}
            {one.before_m3 === null && one.after_m3 === null ? 'kWh' : 'm³'}
          </li>
        ))}
      </ul>
    </details>
  );
}
