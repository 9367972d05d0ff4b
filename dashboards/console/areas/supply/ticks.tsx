import type { ComponentChildren } from 'preact';
import { choose } from '../../place.ts';

export interface Tick {
  readonly value: string;
  readonly text: string;
  readonly note?: ComponentChildren;
}

/** In the address where all were taken out; nothing there means the usual ones. */
export const noneChosen = '-';

interface TicksShape {
  /** Name in the address. */
  readonly name: string;
  readonly label: string;
  readonly options: readonly Tick[];
  readonly chosen: readonly string[];
}

/** Several of some, as the address keeps them. */
export function Ticks({ name, label, options, chosen }: TicksShape) {
  const change = (value: string, isOn: boolean): void => {
    const kept = options.map((one) => one.value).filter((one) => (one === value ? isOn : chosen.includes(one)));
    choose({ [name]: kept.length === 0 ? noneChosen : kept.join(',') });
  };
  return (
    <fieldset class="ticks">
      <legend>{label}</legend>
      {options.map(({ value, text, note }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) => change(value, event.currentTarget.checked)}
          />
          <span>
            {text}
            {note !== undefined && <span class="quiet"> {note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
