import { useId, useState } from 'preact/hooks';
import { Choice } from '../../pieces/choice.tsx';
import { addDays, choose } from '../../place.ts';
import { count, day, words } from '../../say.ts';
import type { Choosable, OffersQuestion } from './offers-question.ts';
import { contractWords } from './said.ts';
import { Ticks } from './ticks.tsx';

/** What is compared: offers, supply points, and from when on for how long. */
export function OffersForm({ choosable, question }: { choosable: Choosable; question: OffersQuestion }) {
  const month = useId();
  // On a phone the answer comes first, and what was asked is one touch away.
  const [isWide] = useState(() => matchMedia('(min-width: 641px)').matches);
  const { offers, points, utilities } = choosable;
  return (
    <section class="section" aria-label="What is compared">
      <div class="choices">
        {utilities.length > 1 && <Utility utilities={utilities} utility={question.utility} />}
        <span class="choice">
          <label for={month}>Supply from</label>
          <input
            id={month}
            type="month"
            value={question.from.slice(0, 7)}
            onChange={(event) => choose({ from: event.currentTarget.value })}
          />
        </span>
        <Choice
          name="months"
          label="for"
          options={[12, 24, 36].map((months) => ({ value: String(months), text: `${months} months` }))}
        />
        <Choice
          name="against"
          label="Differences from"
          all="the cheapest"
          options={offers
            .filter(({ tariff }) => question.offers.includes(tariff))
            .map(({ tariff, tariff_name: text, supplier }) => ({ value: tariff, text: `${supplier}: ${text}` }))}
        />
        <span class="quiet">until {day(addDays(question.to, -1))}</span>
      </div>
      <details open={isWide}>
        <summary>
          {count(question.offers.length, 'offer')} for {count(question.points.length, 'supply point')}
        </summary>
        <div class="columns">
          <Ticks
            name="offers"
            label="Offers and tariffs of the register"
            chosen={question.offers}
            options={offers.map((one) => ({
              value: one.tariff,
              text: `${one.supplier}: ${one.tariff_name}`,
              note: contractWords[one.contract],
            }))}
          />
          <Ticks
            name="points"
            label="Supply points"
            chosen={question.points}
            options={points.map((one) => ({ value: one.supply_point, text: one.site_name, note: one.supply_point }))}
          />
        </div>
      </details>
    </section>
  );
}

/** Another utility has other offers and supply points, so those that were chosen go. */
function Utility({ utilities, utility }: { utilities: readonly string[]; utility: string }) {
  const id = useId();
  return (
    <span class="choice">
      <label for={id}>Utility</label>
      <select
        id={id}
        value={utility}
        onChange={(event) =>
          choose({ utility: event.currentTarget.value, offers: undefined, points: undefined, against: undefined })
        }
      >
        {utilities.map((one) => (
          <option key={one} value={one}>
            {words(one)}
          </option>
        ))}
      </select>
    </span>
  );
}
