import { useId } from 'preact/hooks';
import { choose, usePlace } from '../place.ts';

interface ChoiceShape {
  /** Name in the address. */
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  /** What stands for no choice; without it the first option is what is meant. */
  readonly all?: string;
}

/** A choice that the address keeps. What is chosen anew is shown from its first page. */
export function Choice({ name, label, options, all }: ChoiceShape) {
  const id = useId();
  const { query } = usePlace();
  const value = query.get(name) ?? (all === undefined ? (options[0]?.value ?? '') : '');
  return (
    <span class="choice">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => choose({ [name]: event.currentTarget.value, after: undefined })}
      >
        {all !== undefined && <option value="">{all}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  );
}
