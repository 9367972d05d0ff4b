import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Refused, type SaidProblem } from '../ask.ts';
import { roleWords, useCaller } from '../caller.ts';
import type { KeyRoleName } from '../pages.ts';
import { Mark } from './mark.tsx';
import { Problems } from './states.tsx';

export interface Field {
  /** As the body of the request has it: problems of the API that name it stand beside it. */
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'lines' | 'number' | 'date' | 'datetime-local' | 'choice' | 'tick';
  readonly options?: readonly { readonly value: string; readonly text: string }[];
  readonly hint?: ComponentChildren;
  readonly value?: string;
  readonly required?: boolean;
}

/** What was filled in; a tick is `'true'` or `''`. */
export type Filled = Readonly<Record<string, string>>;

interface ActShape {
  readonly title: string;
  readonly says?: ComponentChildren;
  /** The word on the button: what will happen. */
  readonly submit: string;
  readonly fields: readonly Field[];
  /**
   * Does it; what it gives back is said to the reader, nothing where the page says it itself. Rejects with Refused.
   */
  readonly send: (filled: Filled) => Promise<ComponentChildren>;
  /** Who may. */
  readonly role: KeyRoleName;
  /** What cannot be undone is said before. */
  readonly warning?: ComponentChildren;
}

type Sending =
  | { readonly state: 'open' | 'sending' }
  | { readonly state: 'done'; readonly said: ComponentChildren }
  | { readonly state: 'refused'; readonly refused: Refused };

/** A form that does one thing: sent once at a time, with what the house says of each field beside it. */
export function ActForm({ title, says, submit, fields, send, role, warning }: ActShape) {
  const caller = useCaller();
  const heading = useId();
  const [sending, setSending] = useState<Sending>({ state: 'open' });
  if (!caller.reaches(role)) {
    return (
      <p class="quiet">
        {title}: this key may only {roleWords[caller.role]}. Ask somebody whose key may {roleWords[role]}.
      </p>
    );
  }
  const sent = async (form: HTMLFormElement): Promise<void> => {
    setSending({ state: 'sending' });
    try {
      const said = await send(filledIn(form, fields));
      form.reset();
      setSending({ state: 'done', said });
    } catch (error) {
      const problem = { code: 'console.fault', says: error instanceof Error ? error.message : String(error) };
      setSending({ state: 'refused', refused: error instanceof Refused ? error : new Refused(0, [problem]) });
    }
  };
  const refused = sending.state === 'refused' ? sending.refused : undefined;
  return (
    <form
      class="act"
      aria-labelledby={heading}
      onSubmit={(event) => {
        event.preventDefault();
        if (sending.state !== 'sending') void sent(event.currentTarget);
      }}
    >
      <h3 id={heading}>{title}</h3>
      {says !== undefined && <p class="says">{says}</p>}
      {fields.map((field) => (
        <FieldRow key={field.name} field={field} problems={refused?.problems.filter((one) => isAt(one, field)) ?? []} />
      ))}
      {warning !== undefined && (
        <p>
          <Mark kind="warn">{warning}</Mark>
        </p>
      )}
      <button type="submit" class="main" aria-disabled={sending.state === 'sending'}>
        {sending.state === 'sending' ? 'Sending …' : submit}
      </button>
      <div role="status">
        {sending.state === 'done' && sending.said !== undefined && <Mark kind="good">{sending.said}</Mark>}
      </div>
      {refused && (
        <div role="alert" class="notice bad">
          <Problems refused={refused} />
        </div>
      )}
    </form>
  );
}

function isAt({ where = '' }: SaidProblem, { name }: Field): boolean {
  return where === name || where.endsWith(`.${name}`) || where.endsWith(` ${name}`) || where.endsWith(`\`${name}\``);
}

function filledIn(form: HTMLFormElement, fields: readonly Field[]): Filled {
  const data = new FormData(form);
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  return Object.fromEntries(fields.map(({ name }) => [name, text(name)]));
}

function FieldRow({ field, problems }: { field: Field; problems: readonly SaidProblem[] }) {
  const id = useId();
  const described = [field.hint === undefined ? '' : `${id}-hint`, problems.length > 0 ? `${id}-wrong` : ''];
  const shared = {
    id,
    name: field.name,
    required: field.required ?? false,
    'aria-describedby': described.filter((one) => one !== '').join(' ') || undefined,
    'aria-invalid': problems.length > 0 || undefined,
  };
  return (
    <div class={field.kind === 'tick' ? 'field tick' : 'field'}>
      <label for={id}>
        {field.label}
        {field.required ? '' : <span class="quiet"> (may be left out)</span>}
      </label>
      <Input field={field} shared={shared} />
      {field.hint !== undefined && (
        <div class="hint" id={`${id}-hint`}>
          {field.hint}
        </div>
      )}
      {problems.length > 0 && (
        <div class="wrong" id={`${id}-wrong`}>
          {problems.map(({ says, expected }) => `${says}${expected === undefined ? '' : ` Expected: ${expected}.`}`)}
        </div>
      )}
    </div>
  );
}

function Input({ field, shared }: { field: Field; shared: Record<string, unknown> }) {
  const { kind = 'text', options = [], value = '' } = field;
  if (kind === 'lines') return <textarea {...shared} rows={3} defaultValue={value} />;
  if (kind === 'tick') return <input {...shared} type="checkbox" value="true" defaultChecked={value === 'true'} />;
  if (kind === 'choice') {
    return (
      <select {...shared}>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.text}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'date') return <input {...shared} type="date" defaultValue={value} />;
  if (kind === 'datetime-local') return <input {...shared} type="datetime-local" defaultValue={value} />;
  // A number is text for the browser: it would take a comma for a mistake and a turn of the wheel for an act.
  return <input {...shared} type="text" inputMode={kind === 'number' ? 'decimal' : 'text'} defaultValue={value} />;
}
