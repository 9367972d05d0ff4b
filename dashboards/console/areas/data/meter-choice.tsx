import type { Answers } from '../../answers.ts';
import { useAsked } from '../../ask.ts';
import { Choice } from '../../pieces/choice.tsx';
import { Section } from '../../pieces/page.tsx';
import { Empty, Loaded } from '../../pieces/states.tsx';
import type { ComponentChildren } from 'preact';
import { useQuery } from '../../place.ts';
import { number, time } from '../../say.ts';

export type Meter = Answers['/v1/meters']['meters'][number];

/** Chooses a meter that is read, in the address (a code on the meter can hold it), and draws what is about it. */
export function WithMeter({ children }: { readonly children: (meter: Meter) => ComponentChildren }) {
  const [chosen] = useQuery('meter');
  const meters = useAsked('/v1/meters', { query: { limit: 10_000 } });
  return (
    <Loaded asked={meters} waiting="Reading the meters">
      {(data) => {
        const read = data.meters.filter(({ role }) => role !== 'virtual');
        const meter = read.find(({ id }) => id === chosen);
        const options = read.map(({ id, name, site }) => ({ value: id, text: `${site}: ${name} (${id})` }));
        return (
          <>
            <Section title="The meter" actions={<Choice name="meter" label="Meter" all="Choose" options={options} />}>
              {meter ? <MeterFacts meter={meter} /> : <Empty says={unchosen(chosen)} />}
            </Section>
            {meter && children(meter)}
          </>
        );
      }}
    </Loaded>
  );
}

function unchosen(chosen: string | undefined): string {
  return chosen === undefined ? 'Choose a meter first.' : `There is no meter ${chosen} that is read.`;
}

/** What tells that it is the right meter, and its last number. */
function MeterFacts({ meter }: { meter: Meter }) {
  const register = meter.newest.find(({ kind }) => kind === 'register');
  return (
    <dl class="facts">
      <dt>Meter</dt>
      <dd>
        <a href={`/meters/${meter.id}`}>{meter.name}</a> at <a href={`/sites/${meter.site}`}>{meter.site}</a>
      </dd>
      {meter.serial !== null && (
        <>
          <dt>Serial number</dt>
          <dd>{meter.serial}</dd>
        </>
      )}
      <dt>Counts in</dt>
      <dd>{meter.unit}</dd>
      <dt>Last register</dt>
      <dd>
        {register
          ? `${number(register.value, 1)} ${register.unit} at ${time(register.at)}`
          : 'not known: none was heard'}
      </dd>
    </dl>
  );
}
