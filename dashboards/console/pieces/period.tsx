import { useId } from 'preact/hooks';
import { addDays, choose, type PresetName, presets, usePeriod } from '../place.ts';

interface PeriodShape {
  /** What is meant where the address says nothing. */
  readonly usual: PresetName;
  readonly offers?: readonly PresetName[];
}

const all = Object.keys(presets) as PresetName[];

/** Chooses the dates of a page, in London's days; the last day belongs to them. */
export function PeriodPicker({ usual, offers = all }: PeriodShape) {
  const [preset, first, last] = [useId(), useId(), useId()];
  const period = usePeriod(usual);
  const until = addDays(period.to, -1);
  const dates = (from: string, to: string): void => {
    if (from !== '' && to !== '') choose({ from: from <= to ? from : to, until: to, period: undefined });
  };
  return (
    <fieldset class="period">
      <legend class="hidden">Period</legend>
      <label for={preset}>Period</label>
      <select
        id={preset}
        value={period.preset ?? ''}
        onChange={(event) => choose({ period: event.currentTarget.value, from: undefined, until: undefined })}
      >
        {period.preset === undefined && <option value="">Own dates</option>}
        {offers.map((name) => (
          <option key={name} value={name}>
            {presets[name].says}
          </option>
        ))}
      </select>
      <label for={first}>From</label>
      <input id={first} type="date" value={period.from} onChange={(event) => dates(event.currentTarget.value, until)} />
      <label for={last}>until</label>
      <input id={last} type="date" value={until} onChange={(event) => dates(period.from, event.currentTarget.value)} />
    </fieldset>
  );
}
