import { useId, useState } from 'preact/hooks';
import { choose } from '../../place.ts';
import { addressOfCarry, type Band, type Carry } from './offers-question.ts';
import { componentWords } from './said.ts';

/** What nobody knows yet: kinds of charge, and half-hourly prices. */
export interface Wanted {
  readonly kinds: readonly string[];
  readonly prices: boolean;
}

interface CarryShape {
  readonly wanted: Wanted;
  readonly carry: Carry | undefined;
}

const pricesName = 'prices';

/** How far rates that nobody knows yet may lie from the last ones, and why: a choice that only the reader can make. */
export function CarryForm({ wanted, carry }: CarryShape) {
  const because = useId();
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const names = [...wanted.kinds, ...(wanted.prices ? [pricesName] : [])];
  const take = (form: HTMLFormElement): void => {
    const read = readOf(new FormData(form), names);
    if (typeof read === 'string') return setWrong(read);
    setWrong(undefined);
    const kinds = new Map([...(carry?.kinds ?? []), ...read.kinds]);
    return choose(addressOfCarry({ kinds, prices: read.prices ?? carry?.prices, because: read.because }));
  };
  return (
    <form
      class="act"
      aria-label="Let the last rates go on"
      onSubmit={(event) => {
        event.preventDefault();
        take(event.currentTarget);
      }}
    >
      <h3>Let the last rates go on</h3>
      <p class="says">
        Say how far the true rates may lie from the last known ones, in per cent, and why. The choice is in the address,
        in every answer and in the range of the offers. What is left empty stays left out.
      </p>
      {names.map((name) => (
        <BandRow key={name} name={name} />
      ))}
      <div class="field">
        <label for={because}>Why</label>
        <input id={because} name="because" type="text" defaultValue={carry?.because ?? ''} />
      </div>
      {wrong !== undefined && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" class="main">
        Compare with these
      </button>
    </form>
  );
}

function BandRow({ name }: { name: string }) {
  const ends = [
    { says: 'from', end: 'least', id: useId() },
    { says: 'to', end: 'most', id: useId() },
  ];
  const said =
    name === pricesName ? 'Half-hourly prices' : (componentWords[name as keyof typeof componentWords] ?? name);
  return (
    <fieldset class="band">
      <legend>{said}</legend>
      {ends.map(({ says, end, id }) => (
        <span key={end}>
          <label for={id}>{says}</label> <input id={id} name={`${name}.${end}`} type="text" inputMode="decimal" /> %
        </span>
      ))}
    </fieldset>
  );
}

/** What was filled in; a sentence where it is no choice. */
function readOf(data: FormData, names: readonly string[]): Carry | string {
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value.trim().replace('−', '-') : '';
  };
  const kinds = new Map<string, Band>();
  let prices: Band | undefined;
  for (const name of names) {
    const [from, to] = [text(`${name}.least`), text(`${name}.most`)];
    if (from === '' && to === '') continue;
    const [least, most] = [Number(from), Number(to)];
    const isBand = from !== '' && to !== '' && least >= -100 && least <= most && most <= 1000;
    if (!isBand) return 'Both ends in per cent, the lower first: −5 to 15.';
    // The most likely is no change, where that lies between them.
    const band = { least, best: Math.min(Math.max(0, least), most), most };
    if (name === pricesName) prices = band;
    else kinds.set(name, band);
  }
  const because = text('because');
  if (kinds.size === 0 && !prices) return 'Fill in at least one line.';
  if (because.length < 3) return 'Say why: whoever reads the comparison will ask.';
  return { kinds, prices, because };
}
