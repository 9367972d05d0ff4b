import type { Answers } from '../../answers.ts';
import { Section } from '../../pieces/page.tsx';
import { choose } from '../../place.ts';
import { day } from '../../say.ts';
import { CarryForm, type Wanted } from './carry-form.tsx';
import type { ComparisonAnswer } from './comparison.ts';
import type { Carry } from './offers-question.ts';
import { componentWords } from './said.ts';
import { grouped } from './sums.ts';

type Component = keyof typeof componentWords;
type LeftOut = ComparisonAnswer['left_out'][number];

interface LeftOutShape {
  readonly left: readonly LeftOut[];
  readonly carry: Carry | undefined;
  readonly tariffs: Answers['/v1/tariffs']['tariffs'];
}

/** What is in no sum above and why, and the choice that would take it in. */
export function LeftOutSection({ left, carry, tariffs }: LeftOutShape) {
  if (left.length === 0 && !carry) return null;
  const nameOf = ({ kind, id }: LeftOut): string => {
    const tariff = kind === 'offer' ? tariffs.find((one) => one.tariff === id) : undefined;
    return tariff ? `${tariff.supplier}: ${tariff.tariff_name}` : `Supply point ${id}`;
  };
  const wanted = carryWanted(left, carry);
  return (
    <Section
      title={left.length === 0 ? 'What goes on by your choice' : 'Left out, and why'}
      says={
        left.length === 0
          ? undefined
          : 'Something is missing to price these, so they are in no figure above: they would look cheap.'
      }
    >
      {left.length > 0 && (
        <ul class="left-out">
          {[...grouped(left, nameOf)].map(([name, rows]) => (
            <li key={name}>
              <strong>{name}</strong>
              <ul>
                {lacksOf(rows).map(({ says, mend }) => (
                  <li key={says}>
                    {says} <span class="quiet">To mend it: {mend}.</span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
      {carry && <Carried carry={carry} />}
      {(wanted.kinds.length > 0 || wanted.prices) && <CarryForm wanted={wanted} carry={carry} />}
    </Section>
  );
}

/** Which rates a choice could let go on: kinds of charge that are not published yet, and half-hourly prices. */
function carryWanted(left: readonly LeftOut[], carry: Carry | undefined): Wanted {
  const kinds = left.flatMap((row) => kindOf(row)?.kind ?? []).filter((kind) => !carry?.kinds.has(kind));
  const prices = left.some(({ code }) => code === 'tariff.no-price') && !carry?.prices;
  return { kinds: [...new Set(kinds)], prices };
}

/** The kind of charge that is not published, and for when: `duos on 2027-04-01`. */
function kindOf({ code, found }: LeftOut): { readonly kind: string; readonly date: string } | undefined {
  if (code !== 'tariff.not-published') return undefined;
  const [, kind, date] = /^([a-z_]+) on (\d{4}-\d\d-\d\d)/.exec(found ?? '') ?? [];
  return kind === undefined || date === undefined ? undefined : { kind, date };
}

/** What one offer or supply point lacks, each once: what is to be mended alike is one sentence. */
function lacksOf(rows: readonly LeftOut[]): readonly { readonly says: string; readonly mend: string }[] {
  const published = rows.flatMap((row) => kindOf(row) ?? []);
  const kinds = [...new Set(published.map(({ kind }) => componentWords[kind as Component] ?? kind))];
  const [first] = rows.filter((row) => kindOf(row));
  const passed = `It passes on what is not published for ${day(published[0]?.date)}: ${kinds.join(', ')}.`;
  const others = rows.filter((row) => !kindOf(row)).map((row) => ({ says: saidOf(row), mend: row.mend }));
  const all = [...(first ? [{ says: passed, mend: first.mend }] : []), ...others];
  return [...new Map(all.map((one) => [one.says, one])).values()];
}

function saidOf({ code, says, found, detail, where }: LeftOut): string {
  if (code === 'tariff.no-price') {
    return `It goes by half-hourly prices, and there are none for the whole period (${detail ?? found ?? where}).`;
  }
  if (code === 'tariff.no-reactive-energy') return 'An offer charges by kVA or kvarh, and none are counted there.';
  return `At ${where}: ${says}${found === null ? '' : ` (${found})`}.`;
}

function Carried({ carry }: { carry: Carry }) {
  const said = [
    ...[...carry.kinds].map(([kind, { least, most }]) => {
      const name = componentWords[kind as Component] ?? kind;
      return `${name} ${least} to ${most} %`;
    }),
    ...(carry.prices ? [`half-hourly prices ${carry.prices.least} to ${carry.prices.most} %`] : []),
  ];
  return (
    <p>
      By choice the last rates go on, and may change by: {said.join('; ')}. Because: {carry.because}.{' '}
      <button
        type="button"
        class="small"
        onClick={() => choose({ carry: undefined, prices: undefined, because: undefined })}
      >
        Take the choice back
      </button>
    </p>
  );
}
