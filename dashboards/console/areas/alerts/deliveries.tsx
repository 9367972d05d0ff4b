import type { Answers } from '../../answers.ts';
import { act, csvHref, useAsked } from '../../ask.ts';
import { useCaller } from '../../caller.ts';
import { deliveryStates } from '../../../../domain/alerts/delivery-states.ts';
import { ActForm } from '../../pieces/act-form.tsx';
import { Choice } from '../../pieces/choice.tsx';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Page, Section } from '../../pieces/page.tsx';
import { PeriodPicker } from '../../pieces/period.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { usePeriod, usePlace } from '../../place.ts';
import { count, percent, time } from '../../say.ts';
import { deliveryColumns } from './delivery-words.tsx';

const everySeconds = 60;

/** `/alerts/deliveries`: who was told of what, what failed, and how much was told. */
export function AlertDeliveries() {
  const caller = useCaller();
  const seesAll = caller.organisations.length === 0 && caller.sites.length === 0;
  return (
    <Page
      title="Who was told"
      says="What was sent, what waits, and what failed. Who is told of what stands in the estate folder."
      crumbs={[{ href: '/alerts', text: 'Alerts' }]}
    >
      {caller.reaches('operate') ? (
        <>
          {seesAll && <Channels />}
          <Deliveries />
          {seesAll && <Load />}
        </>
      ) : (
        <p>
          <Mark kind="unknown">Who was told is for keys that may operate.</Mark>
        </p>
      )}
    </Page>
  );
}

function Channels() {
  const asked = useAsked('/v1/channels', { every: everySeconds });
  return (
    <Section title="Ways of telling people">
      <Loaded asked={asked} waiting="Reading the channels">
        {(answer) => <ChannelList answer={answer} renew={asked.state === 'loading' ? () => {} : asked.retry} />}
      </Loaded>
    </Section>
  );
}

type ChannelsAnswer = Answers['/v1/channels'];

function ChannelList({ answer: { channels, warnings }, renew }: { answer: ChannelsAnswer; renew: () => void }) {
  return (
    <>
      {warnings.length > 0 && (
        <div class="notice warn">
          <p>
            <Mark kind="warn">{count(warnings.length, 'way')} of telling somebody that cannot work.</Mark>
          </p>
          <ul>
            {warnings.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      <Table
        caption="Channels"
        hideCaption
        rows={channels}
        rowKey={({ name }) => name}
        empty="No channel is configured: nobody is told of anything by mail, Teams, a webhook or MQTT."
        columns={[
          { heading: 'Channel', head: true, cell: ({ name, kind }) => `${name} (${kind})` },
          { heading: 'Leads to', cell: ({ host }) => host },
          { heading: 'Last sent', cell: ({ last_sent: at }) => (at === null ? 'never' : time(at)) },
          { heading: 'Waiting', number: true, cell: ({ waiting, held }) => waiting + held },
          {
            heading: 'Undelivered',
            number: true,
            cell: ({ undelivered }) => (undelivered === 0 ? '0' : <Mark kind="bad">{undelivered}</Mark>),
          },
        ]}
      />
      {channels.length > 0 && (
        <ActForm
          title="Send a test"
          submit="Send it"
          role="operate"
          fields={[
            {
              name: 'channel',
              label: 'Channel',
              kind: 'choice',
              required: true,
              options: channels.map(({ name }) => ({ value: name, text: name })),
            },
            {
              name: 'to',
              label: 'Address',
              hint: 'One that a route of this channel names; the first where it is empty.',
            },
          ]}
          send={async ({ channel = '', to = '' }) => {
            const body = to === '' ? {} : { to };
            const { recipient, said } = await act('POST /v1/channels/:channel/test', { params: { channel }, body });
            renew();
            return `Sent${recipient === '' ? '' : ` to ${recipient}`}: ${said}`;
          }}
        />
      )}
    </>
  );
}

function Deliveries() {
  const { query } = usePlace();
  const question = { state: query.get('state') ?? undefined, limit: 200 };
  const asked = useAsked('/v1/deliveries', { query: question, every: everySeconds });
  return (
    <Section
      title="What was told"
      actions={
        <Choice
          name="state"
          label="State"
          all="Anything"
          options={Object.entries(deliveryStates).map(([value, text]) => ({ value, text }))}
        />
      }
    >
      <Loaded asked={asked} waiting="Reading what was told">
        {({ deliveries, next_cursor: more }) => (
          <>
            {more !== null && <p class="quiet">The latest {deliveries.length}; all of them are in the CSV.</p>}
            <Table
              caption="What was told"
              hideCaption
              columns={deliveryColumns}
              rows={deliveries}
              rowKey={({ id }) => String(id)}
              csv={csvHref('/v1/deliveries', { query: { ...question, limit: 1_000 } })}
              empty="Nothing was told, and nothing failed."
            />
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** Whether it is too much for those who are told. */
function Load() {
  const { from, to } = usePeriod('last-28-days');
  const asked = useAsked('/v1/alarm-load', { query: { from, to } });
  return (
    <Section
      title="How much was told"
      says="If it is more than people act on, look at the rules that raise it, not at who is told."
      actions={<PeriodPicker usual="last-28-days" offers={['last-7-days', 'last-28-days']} />}
    >
      <Loaded asked={asked} waiting="Counting">
        {(load) => (
          <>
            <Figures>
              <Figure label="Raised, at once" value={load.raised['1']} unit="" />
              <Figure label="Raised, for today" value={load.raised['2']} unit="" />
              <Figure label="Raised, for this week" value={load.raised['3']} unit="" />
              <Figure label="Raised, for the weekly list" value={load.raised.digest} unit="" />
              <Figure label="Open for a day and taken up by nobody" value={load.stale} unit="" />
              <Figure
                label="Nuisances of those that are over"
                value={load.nuisance_share === null ? null : load.nuisance_share * 100}
                unit="%"
                note={
                  load.nuisance_share === null
                    ? 'None raised in this time is over.'
                    : `${load.nuisances} of ${load.judged}`
                }
              />
            </Figures>
            <Table
              caption="Told by day and recipient"
              rows={load.days}
              rowKey={({ date, channel, recipient }) => `${date} ${channel} ${recipient}`}
              csv={csvHref('/v1/alarm-load', { query: { from, to } })}
              empty="Nobody was told anything by itself in this time."
              columns={[
                { heading: 'Day', head: true, cell: ({ date }) => date, sort: ({ date }) => date },
                { heading: 'Whom', cell: ({ recipient, channel }) => recipient || channel },
                { heading: 'Notices', number: true, cell: ({ notices }) => notices, sort: ({ notices }) => notices },
                { heading: 'Most in ten minutes', number: true, cell: ({ most_in_ten_minutes: most }) => most },
              ]}
            />
            <p class="quiet">
              In control rooms {load.practice.a_day} a day are called acceptable, and floods no more than{' '}
              {percent(load.practice.share_of_time_in_flood_at_most)} of the time ({load.practice.source}): context, not
              a limit.
            </p>
          </>
        )}
      </Loaded>
    </Section>
  );
}
