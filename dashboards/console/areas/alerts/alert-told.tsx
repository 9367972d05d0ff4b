import { useAsked } from '../../ask.ts';
import { Section } from '../../pieces/page.tsx';
import { Loaded } from '../../pieces/states.tsx';
import { Table } from '../../pieces/table.tsx';
import { deliveryColumns } from './delivery-words.tsx';

/** Who was told of an alert, and who was not and why. */
export function AlertTold({ alert }: { alert: string }) {
  const asked = useAsked('/v1/deliveries', { query: { alert } });
  return (
    <Section title="Who was told">
      <Loaded asked={asked} waiting="Reading who was told">
        {({ deliveries }) => (
          <Table
            caption="Who was told of this alert"
            hideCaption
            columns={deliveryColumns.filter(({ heading }) => heading !== 'About')}
            rows={deliveries}
            rowKey={({ id }) => String(id)}
            empty="Nobody was told of it: no route leads anywhere for it (who is told: alert routes of the estate folder)."
          />
        )}
      </Loaded>
    </Section>
  );
}
