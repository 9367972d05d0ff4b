import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { alertActBodySchema } from '../../../../api/contract/alerts.ts';
import { type ActName, closings, possibleIn } from '../../../../domain/alerts/life.ts';
import { act, ask, Refused } from '../../ask.ts';
import type { Answers } from '../../answers.ts';
import { useCaller } from '../../caller.ts';
import { now } from '../../clock.ts';
import { ActForm, type Field, type Filled } from '../../pieces/act-form.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { Problems } from '../../pieces/states.tsx';
import { addDays, londonDate } from '../../place.ts';
import { AlertEvents } from './alert-events.tsx';
import type { AlertEventRow } from './words.ts';

type Shown = Answers['/v1/alerts/:alert'];
type Body = z.input<typeof alertActBodySchema>;

interface ActOf {
  /** On the button that opens the form, and the form's title. */
  readonly title: string;
  readonly submit: string;
  readonly says?: ComponentChildren;
  readonly fields: readonly Field[];
  readonly body: (filled: Filled) => Body;
  readonly done: string;
}

const reason = (hint: string): Field => ({ name: 'reason', label: 'Why', kind: 'lines', required: true, hint });
const inAWeek = (): string => addDays(londonDate(now()), 7);

const acts: Readonly<Record<ActName, ActOf>> = {
  acknowledge: {
    title: 'Take it up',
    submit: 'I take it up',
    says: 'Everybody sees that you look after it, and nobody is called for it again.',
    fields: [],
    body: () => ({ act: 'acknowledge' }),
    done: 'You have taken it up.',
  },
  assign: {
    title: 'Give it to somebody',
    submit: 'Give it',
    fields: [
      { name: 'owner', label: 'Who', required: true },
      { name: 'due', label: 'To be done by', kind: 'date' },
    ],
    body: ({ owner = '', due = '' }) => ({ act: 'assign', owner, ...(due === '' ? {} : { due }) }),
    done: 'It is given.',
  },
  comment: {
    title: 'Note something',
    submit: 'Note it',
    fields: [{ name: 'says', label: 'What others should know', kind: 'lines', required: true }],
    body: ({ says = '' }) => ({ act: 'comment', says }),
    done: 'It is noted.',
  },
  shelve: {
    title: 'Put it away until a date',
    submit: 'Put it away',
    says: 'It comes back by itself if it is still there then. Severity 1 is told nevertheless.',
    fields: [
      { name: 'until', label: 'Until the morning of', kind: 'date', required: true, value: inAWeek() },
      reason('Why nothing can be done before, such as parts that are on order'),
    ],
    body: ({ until = '', reason: why = '' }) => ({ act: 'shelve', until, reason: why }),
    done: 'It is put away.',
  },
  unshelve: {
    title: 'Take it back from the shelf',
    submit: 'Take it back',
    fields: [],
    body: () => ({ act: 'unshelve' }),
    done: 'It is to be looked at again.',
  },
  close: {
    title: 'Close it',
    submit: 'Close it',
    says: 'Closed as mended is not the end: the meter is watched, and books the saving or opens the alert again.',
    fields: [
      {
        name: 'as',
        label: 'How it ended',
        kind: 'choice',
        required: true,
        options: Object.entries(closings).map(([value, text]) => ({ value, text })),
      },
      reason('What was done, or why it is as it is to be'),
    ],
    body: ({ as = '', reason: why = '' }) => ({ act: 'close', as: as as keyof typeof closings, reason: why }),
    done: 'It is closed.',
  },
  reopen: {
    title: 'Open it again',
    submit: 'Open it again',
    fields: [reason('By what you see that it is not over')],
    body: ({ reason: why = '' }) => ({ act: 'reopen', reason: why }),
    done: 'It is open again.',
  },
};

/** As far as somebody had seen an alert: its version, and the last thing that had happened to it. */
interface Seen {
  readonly version: number;
  readonly heard: number;
}

type Send = (name: ActName, body: Body, at: Seen) => Promise<string>;

/** What came between the look and the act, and what was meant to be done. */
interface Conflict {
  readonly name: ActName;
  readonly body: Body;
  readonly at: Seen;
  readonly between: readonly AlertEventRow[];
}

interface ActsShape {
  readonly shown: Shown;
  /** Asks the alert anew. */
  readonly renew: () => void;
}

/** What somebody can do with an alert in its state, each guarded by the version that was looked at. */
export function AlertActs({ shown, renew }: ActsShape) {
  const caller = useCaller();
  const [chosen, setChosen] = useState<ActName | undefined>(undefined);
  const [done, setDone] = useState<string | undefined>(undefined);
  const [conflict, setConflict] = useState<Conflict | undefined>(undefined);
  const { id: alert, state, version } = shown.alert;
  const possible = (Object.keys(acts) as ActName[]).filter((name) => possibleIn[name].includes(state));
  const seen = { version, heard: shown.events.at(-1)?.sequence ?? 0 };

  const send: Send = async (name, body, at) => {
    setDone(undefined);
    try {
      await act('POST /v1/alerts/:alert/acts', { params: { alert }, body: { ...body, version: at.version } });
    } catch (error) {
      if (error instanceof Refused && error.problems.some(({ code }) => code === 'alert.changed')) {
        const fresh = await ask('/v1/alerts/:alert', { params: { alert } });
        const between = fresh.events.filter(({ sequence }) => sequence > at.heard);
        const now = { version: fresh.alert.version, heard: fresh.events.at(-1)?.sequence ?? 0 };
        setConflict({ name, body, at: now, between });
        renew();
      }
      throw error;
    }
    setConflict(undefined);
    setChosen(undefined);
    setDone(acts[name].done);
    renew();
    return acts[name].done;
  };

  const formOf = (name: ActName) => <GuardedForm key={name} name={name} seen={seen} send={send} />;
  if (!caller.reaches('operate')) return formOf('comment');
  const isToTakeUp = state === 'open' && possible.includes('acknowledge');
  const others = possible.filter((name) => !(isToTakeUp && name === 'acknowledge'));
  return (
    <>
      <Done says={done} />
      {conflict && <Changed conflict={conflict} send={send} leave={() => setConflict(undefined)} />}
      {!conflict && isToTakeUp && formOf('acknowledge')}
      <div class="actions act-choice">
        {others.map((name) => (
          <button
            key={name}
            type="button"
            aria-expanded={chosen === name}
            onClick={() => {
              setDone(undefined);
              setChosen(chosen === name ? undefined : name);
            }}
          >
            {acts[name].title}
          </button>
        ))}
      </div>
      {!conflict && chosen && possible.includes(chosen) && formOf(chosen)}
    </>
  );
}

/**
 * A form of one act. It is guarded by what was seen when it was opened: what happens while somebody writes neither
 * empties it nor passes for seen.
 */
function GuardedForm({ name, seen, send }: { name: ActName; seen: Seen; send: Send }) {
  const [opened] = useState(seen);
  return (
    <ActForm
      title={acts[name].title}
      says={acts[name].says}
      submit={acts[name].submit}
      fields={acts[name].fields}
      role="operate"
      send={(filled) => send(name, acts[name].body(filled), opened)}
    />
  );
}

/** What was done; takes the focus, since the form that had it is gone. */
function Done({ says }: { says: string | undefined }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (says !== undefined) line.current?.focus();
  }, [says]);
  return (
    <p role="status" tabIndex={-1} ref={line}>
      {says !== undefined && <Mark kind="good">{says}</Mark>}
    </p>
  );
}

interface ChangedShape {
  readonly conflict: Conflict;
  readonly send: Send;
  readonly leave: () => void;
}

/** Somebody else was quicker: what they did, and the choice to do it nevertheless. */
function Changed({ conflict: { name, body, at, between }, send, leave }: ChangedShape) {
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const isSending = useRef(false);
  const again = async (): Promise<void> => {
    if (isSending.current) return;
    isSending.current = true;
    try {
      await send(name, body, at);
    } catch (error) {
      setRefused(error instanceof Refused ? error : new Refused(0, []));
    } finally {
      isSending.current = false;
    }
  };
  return (
    <div class="notice warn" role="alert" data-state="changed">
      <p>
        <Mark kind="warn">Nothing was done: this alert changed while you looked at it.</Mark>
      </p>
      <AlertEvents events={between} />
      {refused && <Problems refused={refused} />}
      <div class="actions">
        <button type="button" class="main" onClick={() => void again()}>
          {acts[name].title} nevertheless
        </button>
        <button type="button" onClick={leave}>
          Leave it as it is
        </button>
      </div>
    </div>
  );
}
