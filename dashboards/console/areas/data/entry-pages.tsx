import { act } from '../../ask.ts';
import { cameOf } from '../../jobs.tsx';
import { ActForm, type Field } from '../../pieces/act-form.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { instantOf, numberOf, optionalNumber } from './filled.ts';
import { bookedSaid } from './job-words.ts';
import { type Meter, WithMeter } from './meter-choice.tsx';

const crumbs = [{ href: '/data', text: 'Quality of data' }];
const reason: Field = {
  name: 'reason',
  label: 'Why',
  required: true,
  hint: 'In your own words; kept for ever with your name.',
};
const anyway: Field = {
  name: 'anyway',
  label: 'Take it although something speaks against it',
  kind: 'tick',
  hint: 'Send it without first: the house says what it doubts.',
};

/** What a person reads off the face of a meter. */
export function ReadPage() {
  return (
    <Page
      title="Read a meter"
      says="What the face of a meter shows, checked against the reads around it and the meter's rating."
      crumbs={crumbs}
    >
      <WithMeter>
        {(meter) => (
          <Section title="What you saw">
            <ReadForm key={meter.id} meter={meter} />
          </Section>
        )}
      </WithMeter>
    </Page>
  );
}

function ReadForm({ meter }: { meter: Meter }) {
  return (
    <ActForm
      title="The read"
      submit="Book the read"
      role="operate"
      fields={[
        {
          name: 'value',
          label: `What it shows, in ${meter.unit}`,
          kind: 'number',
          required: true,
          hint: 'All digits, as they stand there.',
        },
        { name: 'at', label: 'When', kind: 'datetime-local', hint: 'Time of London; now when left out.' },
        reason,
        anyway,
      ]}
      send={async ({ value = '', at = '', reason: why, anyway: despite }) => {
        const { job } = await act('POST /v1/meters/:meter/reads', {
          params: { meter: meter.id },
          body: {
            value: numberOf(value, 'value'),
            ...(at === '' ? {} : { at: instantOf(at, 'at') }),
            reason: why,
            anyway: despite === 'true',
          },
        });
        return cameOf(job, bookedSaid);
      }}
    />
  );
}

/** An old meter went, a new one came. */
export function ExchangePage() {
  return (
    <Page
      title="Record a meter exchange"
      says="Also afterwards: the life of the meter is worked out again, across both registers."
      crumbs={crumbs}
    >
      <WithMeter>
        {(meter) => (
          <Section title="What you saw">
            <ExchangeForm key={meter.id} meter={meter} />
          </Section>
        )}
      </WithMeter>
    </Page>
  );
}

function ExchangeForm({ meter }: { meter: Meter }) {
  return (
    <ActForm
      title="The exchange"
      submit="Record the exchange"
      role="operate"
      fields={[
        {
          name: 'at',
          label: 'When the old meter stopped',
          kind: 'datetime-local',
          required: true,
          hint: 'Time of London.',
        },
        { name: 'closing', label: `Last number of the old meter, in ${meter.unit}`, kind: 'number', required: true },
        { name: 'opening', label: `First number of the new meter, in ${meter.unit}`, kind: 'number', required: true },
        { name: 'serial', label: 'Serial number of the new meter' },
        {
          name: 'digits',
          label: 'Digits of the new register',
          kind: 'number',
          hint: 'Where it has another number of them.',
        },
        reason,
        anyway,
      ]}
      send={async (filled) => {
        const { at = '', closing = '', opening = '', serial = '', digits = '', reason: why, anyway: despite } = filled;
        const { job } = await act('POST /v1/meters/:meter/exchanges', {
          params: { meter: meter.id },
          body: {
            at: instantOf(at, 'at'),
            closing: numberOf(closing, 'closing'),
            opening: numberOf(opening, 'opening'),
            ...(serial === '' ? {} : { serial }),
            digits: optionalNumber(digits, 'digits'),
            reason: why,
            anyway: despite === 'true',
          },
        });
        const exchanged = `The exchange of ${meter.id} is in the register. Its half-hours are worked out again.`;
        return cameOf(job, () => exchanged);
      }}
    />
  );
}
